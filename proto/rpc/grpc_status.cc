#include "proto/rpc/grpc_status.h"

#include <string>

namespace airy::rpc {
namespace {

bool IsOurs(grpc::StatusCode code) {
  switch (code) {
    case grpc::OK:
    case grpc::CANCELLED:
    case grpc::INVALID_ARGUMENT:
    case grpc::DEADLINE_EXCEEDED:
    case grpc::NOT_FOUND:
    case grpc::ALREADY_EXISTS:
    case grpc::RESOURCE_EXHAUSTED:
    case grpc::FAILED_PRECONDITION:
    case grpc::UNIMPLEMENTED:
    case grpc::INTERNAL:
    case grpc::UNAVAILABLE:
    case grpc::DATA_LOSS:
      return true;
    default:
      return false;
  }
}

std::string Cut(std::string message) {
  if (message.size() <= kMaxStatusMessageBytes) return message;
  size_t end = kMaxStatusMessageBytes - 3;
  // Never inside a UTF-8 sequence.
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0U) == 0x80U) --end;
  message.resize(end);
  return message + "...";
}

}  // namespace

grpc::Status ToGrpc(const Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code()), Cut(status.message())};
}

Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return OkStatus();
  if (IsOurs(status.error_code())) {
    return {static_cast<StatusCode>(status.error_code()), Cut(status.error_message())};
  }
  return Internal("gRPC status " + std::to_string(status.error_code()) + ": " +
                  Cut(status.error_message()));
}

}  // namespace airy::rpc

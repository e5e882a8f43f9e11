#pragma once

#include <grpcpp/support/status.h>

#include "preprocess/frame/status.h"

namespace airy::rpc {

// The one place where our Status and gRPC's become each other. Codes carry the same
// names; one that airy does not have becomes kInternal with its number in the message.
// Messages are cut at kMaxStatusMessageBytes, because they travel in an HTTP/2 header.
inline constexpr size_t kMaxStatusMessageBytes = 1024;

grpc::Status ToGrpc(const Status& status);
Status FromGrpc(const grpc::Status& status);

}  // namespace airy::rpc

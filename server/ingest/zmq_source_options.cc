#include "server/ingest/zmq_source_options.h"

#include "preprocess/frame/result.h"
#include "proto/wire/registry.h"

namespace airy::ingest {
namespace {

Status CheckRange(const char* field, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return OkStatus();
  return InvalidArgument(std::string(field) + " must be " + std::to_string(low) + ".." +
                         std::to_string(high) + "; was " + std::to_string(value));
}

}  // namespace

Status ValidatePolicy(const ZmqSourceOptions& options) {
  if (options.policy == pipeline::SourcePolicy::kLossless &&
      options.type == SocketType::kSub) {
    return InvalidArgument(
        "policy lossless needs type pull or req; was sub, whose publisher drops messages "
        "without a word");
  }
  return OkStatus();
}

Status Validate(const ZmqSourceOptions& options) {
  if (!options.endpoint.starts_with("tcp://") &&
      !options.endpoint.starts_with("ipc://")) {
    return InvalidArgument("endpoint must start with tcp:// or ipc://; was \"" +
                           options.endpoint + "\"");
  }
  AIRY_TRY(CheckRange("high_water_mark", options.high_water_mark, 1, 1'000'000));
  AIRY_TRY(CheckRange("receive_timeout_ms", options.receive_timeout_ms, 10, 3'600'000));
  AIRY_TRY(
      CheckRange("max_message_bytes", options.max_message_bytes, 1024, int64_t{1} << 40));
  AIRY_TRY(ValidatePolicy(options));
  return wire::CreateDecoder(options.protocol, options.decoder).status();
}

}  // namespace airy::ingest

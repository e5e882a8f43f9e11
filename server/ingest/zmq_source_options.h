#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "preprocess/frame/status.h"
#include "proto/wire/decoder.h"
#include "server/pipeline/source.h"

namespace airy::ingest {

enum class SocketType : uint8_t { kSub, kPull, kReq };
inline constexpr std::array<std::string_view, 3> kSocketTypeNames = {"sub", "pull",
                                                                     "req"};

// One endpoint to receive from.
struct ZmqSourceOptions {
  std::string name;  // of the source, for messages and the thread
  std::string endpoint = "tcp://127.0.0.1:45000";
  SocketType type = SocketType::kSub;
  bool bind = false;          // else connect
  int high_water_mark = 240;  // messages held for us by ZeroMQ; 1..1000000
  // For req, how long a reply may take before the request is sent again; for all, how
  // long a connection that ZeroMQ gave up may stay down before it is made again.
  int receive_timeout_ms = 2000;                   // 10..3600000
  int64_t max_message_bytes = int64_t{256} << 20;  // all parts together; 1 kiB..1 TiB
  std::string protocol = "karabo-bridge";          // one of wire::ProtocolNames()
  wire::DecoderOptions decoder;
  pipeline::SourcePolicy policy = pipeline::SourcePolicy::kNewest;
};

// Lossless needs a sender that waits: not a publisher.
Status ValidatePolicy(const ZmqSourceOptions& options);

// InvalidArgument with the first field that is wrong, the allowed range and the value.
Status Validate(const ZmqSourceOptions& options);

}  // namespace airy::ingest

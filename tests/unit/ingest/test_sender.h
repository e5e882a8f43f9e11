#pragma once

#include <string>
#include <vector>
#include <zmq.hpp>

#include "tests/unit/wire/message_builder.h"

namespace airy::testing {

// The sending end of a test: a real socket that binds or connects over TCP.
class TestSender {
 public:
  TestSender(zmq::socket_type type, bool bind, const std::string& endpoint)
      : socket_(context_, type) {
    constexpr int kPatienceMs = 20'000;
    socket_.set(zmq::sockopt::linger, kPatienceMs);
    socket_.set(zmq::sockopt::sndtimeo, kPatienceMs);
    socket_.set(zmq::sockopt::rcvtimeo, kPatienceMs);
    if (bind) {
      socket_.bind(endpoint);
    } else {
      socket_.connect(endpoint);
    }
  }

  std::string endpoint() const { return socket_.get(zmq::sockopt::last_endpoint); }

  bool Send(const std::vector<std::string>& parts) {
    for (size_t i = 0; i < parts.size(); ++i) {
      const auto flags =
          i + 1 < parts.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
      if (!socket_.send(zmq::buffer(parts[i]), flags)) return false;
    }
    return true;
  }
  // A request to a REP socket, or a subscription to an XPUB; empty when none came.
  std::string Receive() {
    zmq::message_t message;
    return socket_.recv(message) ? message.to_string() : "";
  }
  // Closes without delivering what is queued.
  void Die() {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.close();
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_;
};

// A train of `frames` 2x3 uint16 frames.
inline std::vector<std::string> Train(uint64_t train_id, uint64_t frames = 1) {
  wire::MessageBuilder builder;
  builder.Block(wire::MessageBuilder::kSource, train_id)
      .Array<uint16_t>("image.data", "uint16", {frames, 2, 3});
  return builder.parts();
}

}  // namespace airy::testing

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "client/detector/stop_signals.h"
#include "client/detector/train_message.h"
#include "preprocess/frame/result.h"

namespace airy::detector {

enum class SenderType : uint8_t { kPub, kPush, kRep };
inline constexpr std::array<std::string_view, 3> kSenderTypeNames = {"pub", "push",
                                                                     "rep"};

struct BridgeSenderOptions {
  SenderType type = SenderType::kPub;
  std::string endpoint = "tcp://127.0.0.1:45000";
  bool bind = true;           // else connect
  int high_water_mark = 240;  // messages
};

// The serving end of the Karabo bridge. Parts are sent from where they lie; their owners
// are kept until ZeroMQ has sent them. Owned by one thread.
class BridgeSender {
 public:
  // InvalidArgument for what is no endpoint, with the option and the allowed form;
  // Unavailable, with the endpoint, when it cannot be had.
  static Result<std::unique_ptr<BridgeSender>> Open(const BridgeSenderOptions& options);
  // Waits up to 10 s until what was sent has left.
  ~BridgeSender();

  // With the port chosen when 0 was asked for.
  const std::string& endpoint() const;
  // For pub, waits until somebody subscribes; the others wait in Send. False when the
  // time on the steady clock is reached or a signal came first.
  bool WaitForSubscriber(int64_t until_steady_ns, const StopSignals& stop);
  // Sends when the socket takes it: pub at once (and drops for a subscriber that is
  // full), push when there is room, rep when asked. False when a signal came first.
  bool Send(const TrainMessage& message, const StopSignals& stop);

 private:
  struct Socket;
  explicit BridgeSender(std::unique_ptr<Socket> socket);
  bool WaitUntilReady(short events, int64_t timeout_ms, const StopSignals& stop);
  bool AwaitRequest(const StopSignals& stop);

  std::unique_ptr<Socket> socket_;
};

}  // namespace airy::detector

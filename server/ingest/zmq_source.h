#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "preprocess/frame/clock.h"
#include "preprocess/frame/result.h"
#include "proto/wire/decoder.h"
#include "server/ingest/zmq_source_options.h"
#include "server/pipeline/source.h"

namespace airy::ingest {

class MessageSocket;
class RequestSchedule;

// Receives the messages of one endpoint, decodes them and submits their frames in order.
// A message that cannot be decoded is rejected with its reason and the next one taken; a
// lost connection comes back by itself. One thread, `src-<name>`, waits on the socket and
// is the only one to call the intake. Start and Stop are called from one thread.
class ZmqSource {
 public:
  // `intake` and `clock` outlive the source. InvalidArgument as Validate says.
  static Result<std::unique_ptr<ZmqSource>> Create(const ZmqSourceOptions& options,
                                                   pipeline::Intake& intake,
                                                   const Clock& clock);
  ~ZmqSource();  // stops

  // Opens the socket and starts receiving. Unavailable when the endpoint cannot be bound,
  // InvalidArgument when it is none. Called once.
  Status Start();
  // Where the socket is bound or connected, with the port chosen when 0 was asked for.
  // Valid after Start.
  std::string LastEndpoint() const;
  // Returns when the frame being submitted is. What ZeroMQ still holds is discarded.
  // Idempotent.
  void Stop();

 private:
  ZmqSource(const ZmqSourceOptions& options, std::unique_ptr<wire::Decoder> decoder,
            pipeline::Intake& intake, const Clock& clock);

  void Run(std::stop_token stop);
  // Milliseconds until a request or a reconnection is due; -1: none is.
  int64_t UntilNextTimerMs(int64_t now_ns) const;
  void FollowConnection();
  void ReconnectWhenDue();
  // False once the pipeline is closing.
  bool TakeMessages(const std::stop_token& stop);
  bool SubmitFrames(const wire::RawMessage& message);

  int64_t timeout_ns() const { return options_.receive_timeout_ms * int64_t{1'000'000}; }

  const ZmqSourceOptions options_;
  const std::unique_ptr<wire::Decoder> decoder_;  // used by thread_ only
  pipeline::Intake& intake_;
  const Clock& clock_;
  // Set for type req; used by thread_ only.
  const std::unique_ptr<RequestSchedule> requests_;
  std::unique_ptr<MessageSocket> socket_;  // opened by Start, then used by thread_ only
  bool connected_ = false;                 // used by thread_ only
  int64_t given_up_since_ns_ = 0;          // used by thread_ only; 0: connection is alive
  std::jthread thread_;
};

}  // namespace airy::ingest

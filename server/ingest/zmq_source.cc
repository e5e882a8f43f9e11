#include "server/ingest/zmq_source.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "preprocess/frame/check.h"
#include "proto/wire/registry.h"
#include "server/ingest/message_socket.h"
#include "server/ingest/request_schedule.h"

namespace airy::ingest {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
// Then connections are looked at, however fast messages come.
constexpr int kMessagesPerTurn = 64;
constexpr int64_t kNever = RequestSchedule::kNever;

pipeline::RejectReason ReasonOf(wire::RejectKind kind) {
  switch (kind) {
    case wire::RejectKind::kTruncated:
      return pipeline::RejectReason::kTruncated;
    case wire::RejectKind::kMalformed:
      return pipeline::RejectReason::kMalformed;
    case wire::RejectKind::kOversized:
      return pipeline::RejectReason::kOversized;
    case wire::RejectKind::kMissingKey:
      return pipeline::RejectReason::kMissingKey;
    case wire::RejectKind::kBadType:
      return pipeline::RejectReason::kBadType;
    case wire::RejectKind::kBadShape:
      return pipeline::RejectReason::kBadShape;
    case wire::RejectKind::kServerError:
      return pipeline::RejectReason::kServerError;
  }
  return pipeline::RejectReason::kMalformed;
}

void PrepareThread(const std::string& name) {
  constexpr size_t kMaxNameLength = 15;
  pthread_setname_np(pthread_self(), ("src-" + name).substr(0, kMaxNameLength).c_str());
  // Signals are for the main thread; here they would interrupt ZeroMQ's calls.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

Result<std::unique_ptr<ZmqSource>> ZmqSource::Create(const ZmqSourceOptions& options,
                                                     pipeline::Intake& intake,
                                                     const Clock& clock) {
  const Status valid = Validate(options);
  if (!valid.ok()) return valid.WithContext("source " + options.name);
  AIRY_ASSIGN_OR_RETURN(auto decoder,
                        wire::CreateDecoder(options.protocol, options.decoder));
  return std::unique_ptr<ZmqSource>(
      new ZmqSource(options, std::move(decoder), intake, clock));
}

ZmqSource::ZmqSource(const ZmqSourceOptions& options,
                     std::unique_ptr<wire::Decoder> decoder, pipeline::Intake& intake,
                     const Clock& clock)
    : options_(options),
      decoder_(std::move(decoder)),
      intake_(intake),
      clock_(clock),
      requests_(options.type == SocketType::kReq
                    ? std::make_unique<RequestSchedule>(timeout_ns())
                    : nullptr) {}

ZmqSource::~ZmqSource() { Stop(); }

Status ZmqSource::Start() {
  AIRY_CHECK(socket_ == nullptr);
  auto socket = MessageSocket::Open(options_);
  if (!socket.ok()) return socket.status().WithContext("source " + options_.name);
  socket_ = std::move(socket).value();
  thread_ = std::jthread([this](std::stop_token stop) { Run(std::move(stop)); });
  return OkStatus();
}

std::string ZmqSource::LastEndpoint() const {
  AIRY_CHECK(socket_ != nullptr);
  return socket_->endpoint();
}

void ZmqSource::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void ZmqSource::Run(std::stop_token stop) {
  PrepareThread(options_.name);
  const std::stop_callback wake(stop, [this] { socket_->Wake(); });
  bool open = true;
  while (open && !stop.stop_requested()) {
    const int64_t now_ns = clock_.SteadyNs();
    const bool ask = requests_ != nullptr && requests_->IsDue(now_ns);
    const MessageSocket::Ready ready = socket_->Wait(ask, UntilNextTimerMs(now_ns));
    if (ready.connection) FollowConnection();
    if (given_up_since_ns_ != 0) ReconnectWhenDue();
    if (ready.request && socket_->SendRequest()) requests_->Sent(clock_.SteadyNs());
    if (ready.message) open = TakeMessages(stop);
  }
  if (connected_) intake_.SetConnected(false);
}

int64_t ZmqSource::UntilNextTimerMs(int64_t now_ns) const {
  int64_t wait_ns = kNever;
  if (requests_ != nullptr && !requests_->IsDue(now_ns)) {
    wait_ns =
        requests_->UntilDue(now_ns);  // one that is due waits for the socket instead
  }
  if (given_up_since_ns_ != 0) {
    wait_ns = std::min(wait_ns, given_up_since_ns_ + timeout_ns() - now_ns);
  }
  if (wait_ns == kNever) return -1;
  return std::max<int64_t>(wait_ns, 0) / kNsPerMs + 1;
}

void ZmqSource::FollowConnection() {
  ConnectionWatch& connections = socket_->connections();
  connections.Update();
  const bool new_peer = connections.TakeNewPeer();
  if (requests_ != nullptr && !connections.connected()) requests_->Disconnected();
  if (requests_ != nullptr && connections.connected() && new_peer) requests_->Connected();
  if (connections.connected() != connected_) {
    connected_ = connections.connected();
    intake_.SetConnected(connected_);
  }
  // A bound socket waits for its peers; a connecting one has to act.
  if (options_.bind || !connections.given_up()) {
    given_up_since_ns_ = 0;
  } else if (given_up_since_ns_ == 0) {
    given_up_since_ns_ = clock_.SteadyNs();
  }
}

void ZmqSource::ReconnectWhenDue() {
  if (clock_.SteadyNs() - given_up_since_ns_ < timeout_ns()) return;
  if (socket_->connections().spoke_zeromq()) {
    intake_.Reject(pipeline::RejectReason::kOversized,
                   "connection cut at a part beyond twice max_message_bytes (" +
                       std::to_string(options_.max_message_bytes) + ")");
  } else {
    intake_.Reject(pipeline::RejectReason::kMalformed,
                   "the peer at " + socket_->endpoint() + " does not speak ZeroMQ");
  }
  given_up_since_ns_ = 0;
  socket_->Reconnect();
}

bool ZmqSource::TakeMessages(const std::stop_token& stop) {
  wire::RawMessage message;
  std::string why;
  for (int taken = 0; taken < kMessagesPerTurn && !stop.stop_requested(); ++taken) {
    switch (socket_->Receive(&message, &why)) {
      case MessageSocket::Received::kNothing:
        return true;
      case MessageSocket::Received::kOversized:
        intake_.Reject(pipeline::RejectReason::kOversized, why);
        break;
      case MessageSocket::Received::kMessage:
        if (!SubmitFrames(message)) return false;
        break;
    }
    if (requests_ == nullptr) continue;
    requests_->Replied();
    if (socket_->SendRequest()) requests_->Sent(clock_.SteadyNs());
  }
  return true;
}

bool ZmqSource::SubmitFrames(const wire::RawMessage& message) {
  const int64_t arrival_unix_ns = clock_.UnixNs();
  const int64_t arrival_steady_ns = clock_.SteadyNs();
  wire::Decoded decoded = decoder_->Decode(message);
  if (decoded.rejection) {
    intake_.Reject(ReasonOf(decoded.rejection->kind), decoded.rejection->detail);
  }
  for (Frame& frame : decoded.frames) {
    frame.id.source = intake_.source().name;
    frame.arrival_unix_ns = arrival_unix_ns;
    frame.arrival_steady_ns = arrival_steady_ns;
    if (!intake_.Submit(std::move(frame))) return false;
  }
  return true;
}

}  // namespace airy::ingest

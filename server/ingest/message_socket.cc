#include "server/ingest/message_socket.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace airy::ingest {
namespace {

// A req client is a DEALER that writes the envelope of a REQ itself: it may ask again
// when a reply is lost, which a REQ may not, and a late reply is a message like any
// other.
zmq::socket_type ZmqType(SocketType type) {
  switch (type) {
    case SocketType::kSub:
      return zmq::socket_type::sub;
    case SocketType::kPull:
      return zmq::socket_type::pull;
    case SocketType::kReq:
      return zmq::socket_type::dealer;
  }
  return zmq::socket_type::sub;
}

}  // namespace

Result<std::unique_ptr<MessageSocket>> MessageSocket::Open(
    const ZmqSourceOptions& options) {
  const int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd < 0) {
    return ResourceExhausted("eventfd: " + std::generic_category().message(errno));
  }
  try {
    return std::unique_ptr<MessageSocket>(new MessageSocket(options, wake_fd));
  } catch (const zmq::error_t& error) {
    close(wake_fd);
    const std::string what = std::string(options.bind ? "bind " : "connect ") +
                             options.endpoint + ": " + error.what();
    const bool malformed = error.num() == EINVAL || error.num() == EPROTONOSUPPORT;
    return malformed ? InvalidArgument(what) : Unavailable(what);
  }
}

MessageSocket::MessageSocket(const ZmqSourceOptions& options, int wake_fd)
    : options_(options), wake_fd_(wake_fd), socket_(context_, ZmqType(options.type)) {
  socket_.set(zmq::sockopt::linger, 0);
  socket_.set(zmq::sockopt::rcvhwm, options.high_water_mark);
  // A part beyond the limit is received, discarded and counted; one of twice its size
  // makes ZeroMQ cut the connection before it costs memory.
  socket_.set(zmq::sockopt::maxmsgsize, 2 * options.max_message_bytes);
  socket_.set(zmq::sockopt::reconnect_ivl, 100);
  socket_.set(zmq::sockopt::reconnect_ivl_max, 2000);
  // A peer that vanished without a word is noticed after 10 + 3 x 5 s.
  socket_.set(zmq::sockopt::tcp_keepalive, 1);
  socket_.set(zmq::sockopt::tcp_keepalive_idle, 10);
  socket_.set(zmq::sockopt::tcp_keepalive_intvl, 5);
  socket_.set(zmq::sockopt::tcp_keepalive_cnt, 3);
  if (options.type == SocketType::kSub) socket_.set(zmq::sockopt::subscribe, "");
  // A request waits for a server instead of queueing up for one that may never come.
  if (options.type == SocketType::kReq) socket_.set(zmq::sockopt::immediate, true);
  connections_ = std::make_unique<ConnectionWatch>(context_, socket_);
  if (options.bind) {
    socket_.bind(options.endpoint);
  } else {
    socket_.connect(options.endpoint);
  }
  endpoint_ = socket_.get(zmq::sockopt::last_endpoint);
}

MessageSocket::~MessageSocket() { close(wake_fd_); }

MessageSocket::Ready MessageSocket::Wait(bool for_request, int64_t timeout_ms) {
  const short wanted = static_cast<short>(ZMQ_POLLIN | (for_request ? ZMQ_POLLOUT : 0));
  std::array<zmq_pollitem_t, 3> items = {{
      {socket_.handle(), 0, wanted, 0},
      {connections_->events().handle(), 0, ZMQ_POLLIN, 0},
      {nullptr, wake_fd_, ZMQ_POLLIN, 0},
  }};
  Ready ready;
  if (zmq_poll(items.data(), static_cast<int>(items.size()), timeout_ms) <= 0) {
    return ready;
  }
  ready.message = (items[0].revents & ZMQ_POLLIN) != 0;
  ready.request = (items[0].revents & ZMQ_POLLOUT) != 0;
  ready.connection = (items[1].revents & ZMQ_POLLIN) != 0;
  return ready;
}

void MessageSocket::Wake() {
  const uint64_t one = 1;
  (void)!write(wake_fd_, &one, sizeof(one));  // fails only when it is set already
}

MessageSocket::Received MessageSocket::Receive(wire::RawMessage* message,
                                               std::string* why) {
  zmq::message_t part;
  if (!socket_.recv(part, zmq::recv_flags::dontwait)) return Received::kNothing;
  auto parts = std::make_shared<std::vector<zmq::message_t>>();
  size_t count = 0;
  uint64_t bytes = 0;
  bool oversized = false;
  // ZeroMQ hands out a message when all of it is there: the other parts do not block.
  for (bool more = true; more; ++count) {
    if (count > 0) (void)socket_.recv(part);
    more = part.more();
    const bool is_envelope = options_.type == SocketType::kReq && count == 0;
    if (is_envelope && part.size() == 0) continue;
    bytes += part.size();
    oversized = oversized || parts->size() >= options_.decoder.limits.max_parts ||
                bytes > static_cast<uint64_t>(options_.max_message_bytes);
    if (oversized) {
      parts->clear();
    } else {
      parts->push_back(std::move(part));
    }
  }
  if (oversized) {
    *why = "message of " + std::to_string(bytes) + " bytes in " + std::to_string(count) +
           " parts; at most " + std::to_string(options_.max_message_bytes) +
           " bytes in " + std::to_string(options_.decoder.limits.max_parts) +
           " parts are taken";
    return Received::kOversized;
  }
  // Small parts lie inside the message_t: views only once none of them moves any more.
  message->parts.clear();
  for (const zmq::message_t& kept : *parts) {
    message->parts.emplace_back(kept.data<std::byte>(), kept.size());
  }
  message->owner = std::move(parts);
  return Received::kMessage;
}

bool MessageSocket::SendRequest() {
  constexpr auto kNow = zmq::send_flags::dontwait;
  return socket_.send(zmq::message_t(), kNow | zmq::send_flags::sndmore).has_value() &&
         socket_.send(zmq::str_buffer("next"), kNow).has_value();
}

void MessageSocket::Reconnect() {
  try {
    socket_.disconnect(endpoint_);
  } catch (const zmq::error_t&) {
    // Already gone, which is why it is connected again.
  }
  socket_.connect(endpoint_);
}

}  // namespace airy::ingest

#include "client/detector/bridge_sender.h"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <zmq.hpp>

#include "preprocess/frame/clock.h"

namespace airy::detector {
namespace {

constexpr int kLingerMs = 10'000;
constexpr int64_t kForEver = -1;

// XPUB is PUB that tells who subscribes.
zmq::socket_type ZmqType(SenderType type) {
  switch (type) {
    case SenderType::kPub:
      return zmq::socket_type::xpub;
    case SenderType::kPush:
      return zmq::socket_type::push;
    case SenderType::kRep:
      return zmq::socket_type::rep;
  }
  return zmq::socket_type::xpub;
}

// What ZeroMQ says of an endpoint, rather than of what is there.
bool IsMalformed(int error) {
  return error == EINVAL || error == EPROTONOSUPPORT || error == ENODEV;
}

using Owner = std::shared_ptr<const void>;

zmq::message_t Borrow(const OwnedBytes& part) {
  auto owner = std::make_unique<Owner>(part.owner);
  zmq::message_t message(
      // ZeroMQ only reads what it sends.
      const_cast<std::byte*>(part.bytes.data()), part.bytes.size(),
      [](void*, void* hint) { delete static_cast<Owner*>(hint); }, owner.get());
  (void)owner.release();
  return message;
}

}  // namespace

struct BridgeSender::Socket {
  explicit Socket(const BridgeSenderOptions& options)
      : type(options.type), socket(context, ZmqType(options.type)) {
    socket.set(zmq::sockopt::linger, kLingerMs);
    socket.set(zmq::sockopt::sndhwm, options.high_water_mark);
    if (options.bind) {
      socket.bind(options.endpoint);
    } else {
      socket.connect(options.endpoint);
    }
    endpoint = socket.get(zmq::sockopt::last_endpoint);
  }

  const SenderType type;
  zmq::context_t context;
  zmq::socket_t socket;
  std::string endpoint;
};

Result<std::unique_ptr<BridgeSender>> BridgeSender::Open(
    const BridgeSenderOptions& options) {
  try {
    return std::unique_ptr<BridgeSender>(
        new BridgeSender(std::make_unique<Socket>(options)));
  } catch (const zmq::error_t& error) {
    const std::string option = options.bind ? "--bind" : "--connect";
    if (IsMalformed(error.num())) {
      return InvalidArgument(option + " must be tcp://ADDRESS:PORT" +
                             (options.bind ? " of this machine (PORT *: any)" : "") +
                             " or ipc://PATH; was " + options.endpoint);
    }
    return Unavailable(option + " " + options.endpoint + ": " + error.what());
  }
}

BridgeSender::BridgeSender(std::unique_ptr<Socket> socket) : socket_(std::move(socket)) {}
BridgeSender::~BridgeSender() = default;

const std::string& BridgeSender::endpoint() const { return socket_->endpoint; }

bool BridgeSender::WaitUntilReady(short events, int64_t timeout_ms,
                                  const StopSignals& stop) {
  std::array<zmq_pollitem_t, 2> items = {{
      {socket_->socket.handle(), 0, events, 0},
      {nullptr, stop.fd(), ZMQ_POLLIN, 0},
  }};
  zmq_poll(items.data(), static_cast<int>(items.size()), timeout_ms);
  return items[0].revents != 0 && items[1].revents == 0;
}

bool BridgeSender::WaitForSubscriber(int64_t until_steady_ns, const StopSignals& stop) {
  if (socket_->type != SenderType::kPub) return true;
  const int64_t left_ns = until_steady_ns - SystemClock().SteadyNs();
  return WaitUntilReady(ZMQ_POLLIN, std::max<int64_t>(left_ns, 0) / 1'000'000, stop);
}

bool BridgeSender::AwaitRequest(const StopSignals& stop) {
  while (WaitUntilReady(ZMQ_POLLIN, kForEver, stop)) {
    zmq::message_t request;
    (void)socket_->socket.recv(request);
    if (request.to_string_view() == "next" && !request.more()) return true;
    while (request.more()) (void)socket_->socket.recv(request);
    socket_->socket.send(zmq::buffer("Error: bad request " + request.to_string()),
                         zmq::send_flags::none);
  }
  return false;
}

bool BridgeSender::Send(const TrainMessage& message, const StopSignals& stop) {
  const bool ready = socket_->type == SenderType::kRep
                         ? AwaitRequest(stop)
                         : WaitUntilReady(ZMQ_POLLOUT, kForEver, stop);
  if (!ready) return false;
  for (size_t i = 0; i < message.size(); ++i) {
    const bool last = i + 1 == message.size();
    socket_->socket.send(Borrow(message[i]),
                         last ? zmq::send_flags::none : zmq::send_flags::sndmore);
  }
  return true;
}

}  // namespace airy::detector

#include "server/ingest/connection_watch.h"

#include <cstring>

namespace airy::ingest {
namespace {

constexpr const char* kMonitorEndpoint = "inproc://monitor";
constexpr int kEvents = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_ACCEPTED |
                        ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED |
                        ZMQ_EVENT_CONNECT_RETRIED;

}  // namespace

ConnectionWatch::ConnectionWatch(zmq::context_t& context, zmq::socket_t& socket)
    : events_(context, zmq::socket_type::pair) {
  if (zmq_socket_monitor(socket.handle(), kMonitorEndpoint, kEvents) != 0) {
    throw zmq::error_t();
  }
  events_.connect(kMonitorEndpoint);
}

void ConnectionWatch::Update() {
  zmq::message_t event;
  while (events_.recv(event, zmq::recv_flags::dontwait)) {
    zmq::message_t address;
    (void)events_.recv(address);
    uint16_t kind = 0;
    int32_t value = 0;
    if (event.size() < sizeof(kind) + sizeof(value)) continue;
    std::memcpy(&kind, event.data(), sizeof(kind));
    std::memcpy(&value, event.data<char>() + sizeof(kind), sizeof(value));
    switch (kind) {
      case ZMQ_EVENT_CONNECTED:
      case ZMQ_EVENT_ACCEPTED:
        peers_.insert(value);
        given_up_ = false;
        spoke_zeromq_ = false;
        break;
      case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
        spoke_zeromq_ = true;
        new_peer_ = true;
        break;
      case ZMQ_EVENT_DISCONNECTED:
        peers_.erase(value);
        given_up_ = true;
        break;
      case ZMQ_EVENT_CONNECT_RETRIED:
        given_up_ = false;
        break;
      default:
        break;
    }
  }
}

}  // namespace airy::ingest

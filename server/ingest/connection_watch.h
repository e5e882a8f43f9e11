#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <zmq.hpp>

namespace airy::ingest {

// Follows the connections of a socket through ZeroMQ's monitor events (zmq_socket_monitor
// (3)). Private to this folder. Owned by the socket's thread.
class ConnectionWatch {
 public:
  // Throws zmq::error_t. `context` is the socket's own and watches one socket only.
  ConnectionWatch(zmq::context_t& context, zmq::socket_t& socket);

  // Readable when Update has something to read.
  zmq::socket_ref events() { return events_; }
  void Update();

  bool connected() const { return !peers_.empty(); }
  // True when a connection ended and ZeroMQ does not try to make it again, which is what
  // a connecting socket does after bytes that break its limits or its protocol.
  bool given_up() const { return given_up_; }
  // Whether the latest peer completed ZeroMQ's handshake.
  bool spoke_zeromq() const { return spoke_zeromq_; }
  // Whether a peer completed it since the last call.
  bool TakeNewPeer() { return std::exchange(new_peer_, false); }

 private:
  zmq::socket_t events_;
  std::set<int32_t> peers_;  // file descriptors
  bool given_up_ = false;
  bool spoke_zeromq_ = false;
  bool new_peer_ = false;
};

}  // namespace airy::ingest

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <zmq.hpp>

#include "preprocess/frame/result.h"
#include "proto/wire/raw_message.h"
#include "server/ingest/connection_watch.h"
#include "server/ingest/zmq_source_options.h"

namespace airy::ingest {

// A receiving ZeroMQ socket with its context, monitor and wake-up call. Private to this
// folder: no exception leaves it while the socket is open. Owned by one thread, except
// Wake.
class MessageSocket {
 public:
  // `options` are valid. Unavailable when the endpoint cannot be bound, InvalidArgument
  // when ZeroMQ does not understand it.
  static Result<std::unique_ptr<MessageSocket>> Open(const ZmqSourceOptions& options);
  ~MessageSocket();

  const std::string& endpoint() const { return endpoint_; }
  ConnectionWatch& connections() { return *connections_; }

  // Waits for a message, a connection event, a call of Wake or, if asked, until a request
  // can be sent. timeout_ms -1: for ever.
  struct Ready {
    bool message = false;
    bool connection = false;
    bool request = false;
  };
  Ready Wait(bool for_request, int64_t timeout_ms);
  // Makes the Wait that runs or comes next return. Thread-safe.
  void Wake();

  enum class Received { kNothing, kMessage, kOversized };
  // Takes a message without waiting. Its parts are ZeroMQ's own buffers. What is larger
  // than the options allow is discarded, and *why says how large it was.
  Received Receive(wire::RawMessage* message, std::string* why);
  // Sends the Karabo bridge's request. False when no server can take it now.
  bool SendRequest();
  // Makes a connection anew that ZeroMQ has given up.
  void Reconnect();

 private:
  MessageSocket(const ZmqSourceOptions& options, int wake_fd);

  const ZmqSourceOptions options_;
  const int wake_fd_;
  zmq::context_t context_;
  zmq::socket_t socket_;
  std::unique_ptr<ConnectionWatch> connections_;
  std::string endpoint_;
};

}  // namespace airy::ingest

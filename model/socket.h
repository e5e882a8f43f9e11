#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "model/process_place.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// A TCP socket, closed when it goes out of scope. What goes through it are texts: a
// length of four bytes, highest first, then as many. Thread-compatible.
class Socket {
 public:
  static constexpr size_t kLongestText = size_t{1} << 24;

  explicit Socket(int handle = -1) : handle_(handle) {}
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  // Waits for connections at the place's address and port, and at no other address.
  // InvalidArgument for an address nobody knows, Unavailable when it is not this
  // machine's or the port is taken.
  static Result<Socket> ListenAt(const ProcessPlace& place);
  // As ListenAt; Unavailable when nobody waits there.
  static Result<Socket> ConnectTo(const ProcessPlace& place);
  // The address from which this machine reaches the place's, as a number. Sends nothing.
  static Result<std::string> AddressTowards(const ProcessPlace& place);

  int handle() const { return handle_; }
  // A connection that somebody made to this listening socket, if any is left.
  std::optional<Socket> Accept() const;
  // False when the other side is gone, or does not take it for seconds.
  bool Send(const std::string& text) const;
  // None when the other side is gone or says nothing until `deadline`.
  std::optional<std::string> Receive(
      std::chrono::steady_clock::time_point deadline) const;
  // Adds what has come to `bytes`, without waiting. False when the other side is gone.
  bool Drain(std::string* bytes) const;

 private:
  int handle_;
};

// The text that `bytes` begin with, if it is all there.
std::optional<std::string> FirstText(const std::string& bytes);

}  // namespace airy::model

#include "model/socket.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace airy::model {
namespace {

constexpr size_t kLengthBytes = 4;
constexpr int kBacklog = 1024;
constexpr timeval kSendPatience = {.tv_sec = 5, .tv_usec = 0};

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Result<Addresses> Resolve(const ProcessPlace& place, int type) {
  addrinfo hints{};
  hints.ai_socktype = type;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(place.address.c_str(),
                                 std::to_string(place.port).c_str(), &hints, &found);
  if (failed == 0) return Addresses(found, freeaddrinfo);
  return InvalidArgument("MASTER_ADDR must name the machine of process 0; '" +
                         place.address + "': " + gai_strerror(failed));
}

Socket Open(const addrinfo& address) {
  return Socket(socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, 0));
}

Status Failed(const std::string& what, const ProcessPlace& place) {
  return Unavailable(what + " " + place.address + ":" + std::to_string(place.port) +
                     ": " + std::strerror(errno));
}

std::string LengthOf(const std::string& text) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(text.size() >> shift & 0xFF);
  }
  return bytes;
}

}  // namespace

Socket::Socket(Socket&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

Socket::~Socket() {
  if (handle_ >= 0) close(handle_);
}

Result<Socket> Socket::ListenAt(const ProcessPlace& place) {
  AIRY_ASSIGN_OR_RETURN(const Addresses at, Resolve(place, SOCK_STREAM));
  Socket listener = Open(*at);
  const int again = 1;  // though connections of a former group have not faded
  setsockopt(listener.handle_, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
  if (bind(listener.handle_, at->ai_addr, at->ai_addrlen) != 0 ||
      listen(listener.handle_, kBacklog) != 0) {
    return Failed("process 0 cannot wait at", place);
  }
  return listener;
}

Result<Socket> Socket::ConnectTo(const ProcessPlace& place) {
  AIRY_ASSIGN_OR_RETURN(const Addresses to, Resolve(place, SOCK_STREAM));
  Socket connection = Open(*to);
  if (connect(connection.handle_, to->ai_addr, to->ai_addrlen) != 0) {
    return Failed("process 0 is not at", place);
  }
  return connection;
}

Result<std::string> Socket::AddressTowards(const ProcessPlace& place) {
  AIRY_ASSIGN_OR_RETURN(const Addresses to, Resolve(place, SOCK_DGRAM));
  const Socket probe = Open(*to);
  sockaddr_storage own{};
  auto* address = reinterpret_cast<sockaddr*>(&own);
  socklen_t length = sizeof own;
  char text[NI_MAXHOST];
  if (connect(probe.handle_, to->ai_addr, to->ai_addrlen) != 0 ||
      getsockname(probe.handle_, address, &length) != 0 ||
      getnameinfo(address, length, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) {
    return Failed("no way leads to", place);
  }
  return std::string(text);
}

std::optional<Socket> Socket::Accept() const {
  Socket guest(accept4(handle_, nullptr, nullptr, SOCK_CLOEXEC));
  if (guest.handle_ < 0) return std::nullopt;
  setsockopt(guest.handle_, SOL_SOCKET, SO_SNDTIMEO, &kSendPatience,
             sizeof kSendPatience);
  return guest;
}

bool Socket::Send(const std::string& text) const {
  const std::string bytes = LengthOf(text) + text;
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t n =
        send(handle_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<size_t>(n);
  }
  return true;
}

std::optional<std::string> Socket::Receive(
    std::chrono::steady_clock::time_point deadline) const {
  std::string bytes;
  while (true) {
    if (auto text = FirstText(bytes)) return text;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd waiting{handle_, POLLIN, 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) == 0 ||
        !Drain(&bytes)) {
      return std::nullopt;
    }
  }
}

bool Socket::Drain(std::string* bytes) const {
  char chunk[65536];
  while (true) {
    const ssize_t n = recv(handle_, chunk, sizeof chunk, MSG_DONTWAIT);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    if (n == 0) return false;
    bytes->append(chunk, static_cast<size_t>(n));
    if (bytes->size() > kLengthBytes + kLongestText) return false;
    if (FirstText(*bytes)) return true;
  }
}

std::optional<std::string> FirstText(const std::string& bytes) {
  if (bytes.size() < kLengthBytes) return std::nullopt;
  size_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  if (bytes.size() - kLengthBytes < length) return std::nullopt;
  return bytes.substr(kLengthBytes, length);
}

}  // namespace airy::model

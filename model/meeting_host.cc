#include "model/meeting_host.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace airy::model {
namespace {

constexpr size_t kMostGuests = 4096;

void AppendPart(const std::string& part, std::string* bytes) {
  *bytes += std::to_string(part.size()) + ":" + part;
}

bool TakePart(std::string* bytes, std::string* part) {
  char* end = nullptr;
  const size_t length = std::strtoull(bytes->c_str(), &end, 10);
  const auto begin = static_cast<size_t>(end - bytes->c_str()) + 1;
  if (*end != ':' || length > bytes->size() - begin) return false;
  *part = bytes->substr(begin, length);
  bytes->erase(0, begin + length);
  return true;
}

}  // namespace

std::string EncodeRequest(const MeetingRequest& request) {
  std::string bytes(1, static_cast<char>(request.verb));
  for (const auto* part : {&request.key, &request.value, &request.expected}) {
    AppendPart(*part, &bytes);
  }
  return bytes;
}

std::optional<MeetingRequest> DecodeRequest(const std::string& bytes) {
  MeetingRequest request;
  if (bytes.empty()) return std::nullopt;
  request.verb = static_cast<MeetingRequest::Verb>(bytes[0]);
  std::string rest = bytes.substr(1);
  for (auto* part : {&request.key, &request.value, &request.expected}) {
    if (!TakePart(&rest, part)) return std::nullopt;
  }
  if (!rest.empty()) return std::nullopt;
  return request;
}

Result<std::unique_ptr<MeetingHost>> MeetingHost::Open(const ProcessPlace& place) {
  AIRY_ASSIGN_OR_RETURN(Socket listener, Socket::ListenAt(place));
  return std::unique_ptr<MeetingHost>(new MeetingHost(std::move(listener)));
}

MeetingHost::MeetingHost(Socket listener)
    : listener_(std::move(listener)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      thread_(&MeetingHost::Serve, this) {}

MeetingHost::~MeetingHost() {
  const uint64_t now = 1;
  if (write(stop_.handle(), &now, sizeof now) == sizeof now) thread_.join();
}

void MeetingHost::Serve() {
  while (true) {
    std::vector<pollfd> waiting = {{stop_.handle(), POLLIN, 0},
                                   {listener_.handle(), POLLIN, 0}};
    for (const Guest& guest : guests_) {
      waiting.push_back({guest.socket.handle(), POLLIN, 0});
    }
    if (poll(waiting.data(), waiting.size(), /*timeout=*/-1) < 0) continue;
    if (waiting[0].revents != 0) return;
    for (size_t i = guests_.size(); i-- > 0;) {
      if (waiting[2 + i].revents == 0) continue;
      if (!guests_[i].socket.Drain(&guests_[i].received)) {
        guests_.erase(guests_.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    // What one sets, another may have waited for.
    while (std::erase_if(guests_, [this](const Guest& guest) { return IsDone(guest); })) {
    }
    if (waiting[1].revents == 0) continue;
    std::optional<Socket> guest = listener_.Accept();
    if (guest && guests_.size() < kMostGuests) guests_.push_back({std::move(*guest), {}});
  }
}

bool MeetingHost::IsDone(const Guest& guest) {
  const std::optional<std::string> text = FirstText(guest.received);
  if (!text) return false;
  const std::optional<MeetingRequest> request = DecodeRequest(*text);
  if (!request) return true;
  const std::optional<std::string> answer = Answer(*request);
  if (answer) guest.socket.Send(*answer);  // or it is gone
  return answer.has_value();
}

std::optional<std::string> MeetingHost::Answer(const MeetingRequest& request) {
  using Verb = MeetingRequest::Verb;
  const auto found = values_.find(request.key);
  const bool has = found != values_.end();
  switch (request.verb) {
    case Verb::kSet:
      values_[request.key] = request.value;
      return "";
    case Verb::kGet:
      return has ? std::optional(found->second) : std::nullopt;
    case Verb::kHas:
      return has ? "1" : "0";
    case Verb::kAdd: {
      const int64_t sum = (has ? std::strtoll(found->second.c_str(), nullptr, 10) : 0) +
                          std::strtoll(request.value.c_str(), nullptr, 10);
      return values_[request.key] = std::to_string(sum);
    }
    case Verb::kReplace:
      if ((has ? found->second : "") == request.expected) {
        values_[request.key] = request.value;
        return request.value;
      }
      return has ? found->second : request.expected;
    case Verb::kDelete:
      return std::to_string(values_.erase(request.key));
    case Verb::kCount:
      return std::to_string(values_.size());
  }
  return "";  // no such verb
}

}  // namespace airy::model

#include "model/c10d.h"

#ifdef AIRY_HAS_C10D

#include <algorithm>
#include <stdexcept>

#include "model/meeting_store.h"

namespace airy::model {
namespace {

using Verb = MeetingRequest::Verb;

std::string ToText(const MeetingStore::Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::vector<uint8_t> BytesOf(const std::string& text) {
  return {text.begin(), text.end()};
}

MeetingStore::MeetingStore(ProcessPlace place, std::shared_ptr<MeetingHost> host,
                           std::chrono::milliseconds patience)
    : c10d::Store(patience), place_(std::move(place)), host_(std::move(host)) {}

std::string MeetingStore::Ask(const MeetingRequest& request,
                              std::chrono::milliseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const Result<Socket> socket = Socket::ConnectTo(place_);
  if (!socket.ok()) throw std::runtime_error(socket.status().message());
  if (socket->Send(EncodeRequest(request))) {
    if (auto answer = socket->Receive(deadline)) return *std::move(answer);
  }
  throw std::runtime_error("process 0 at " + place_.address + ":" +
                           std::to_string(place_.port) + " did not say '" + request.key +
                           "' within " + std::to_string(timeout.count()) + " ms");
}

void MeetingStore::set(const std::string& key, const Bytes& value) {
  Ask({Verb::kSet, key, ToText(value), {}}, timeout_);
}

MeetingStore::Bytes MeetingStore::get(const std::string& key) {
  return BytesOf(Ask({Verb::kGet, key, {}, {}}, timeout_));
}

MeetingStore::Bytes MeetingStore::compareSet(const std::string& key,
                                             const Bytes& expected,
                                             const Bytes& desired) {
  return BytesOf(Ask({Verb::kReplace, key, ToText(desired), ToText(expected)}, timeout_));
}

int64_t MeetingStore::add(const std::string& key, int64_t value) {
  return std::stoll(Ask({Verb::kAdd, key, std::to_string(value), {}}, timeout_));
}

bool MeetingStore::deleteKey(const std::string& key) {
  return Ask({Verb::kDelete, key, {}, {}}, timeout_) == "1";
}

bool MeetingStore::check(const std::vector<std::string>& keys) {
  return std::ranges::all_of(keys, [this](const std::string& key) {
    return Ask({Verb::kHas, key, {}, {}}, timeout_) == "1";
  });
}

int64_t MeetingStore::getNumKeys() {
  return std::stoll(Ask({Verb::kCount, {}, {}, {}}, timeout_));
}

void MeetingStore::wait(const std::vector<std::string>& keys) { wait(keys, timeout_); }

void MeetingStore::wait(const std::vector<std::string>& keys,
                        const std::chrono::milliseconds& timeout) {
  for (const std::string& key : keys) Ask({Verb::kGet, key, {}, {}}, timeout);
}

c10::intrusive_ptr<c10d::Store> MeetingStore::clone() {
  return c10::make_intrusive<MeetingStore>(place_, host_, timeout_);
}

}  // namespace airy::model

#endif

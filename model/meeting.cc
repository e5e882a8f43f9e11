#include "model/c10d.h"

#ifdef AIRY_HAS_C10D

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "model/device.h"
#include "model/meeting.h"
#include "model/meeting_store.h"
#include "model/socket.h"

namespace airy::model {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Until process 0 waits, there is nothing to be told by.
Status AwaitHost(const ProcessPlace& place, steady_clock::time_point deadline) {
  constexpr milliseconds kPause(50);
  while (true) {
    const Status status = Socket::ConnectTo(place).status();
    if (status.code() != StatusCode::kUnavailable) return status;
    if (steady_clock::now() + kPause > deadline) return status;
    std::this_thread::sleep_for(kPause);
  }
}

Result<c10::intrusive_ptr<c10d::Store>> OpenStore(const ProcessPlace& place,
                                                  steady_clock::time_point deadline) {
  const auto patience =
      std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
  if (place.has_host) {
    AIRY_TRY(AwaitHost(place, deadline));
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(place.port);
    options.timeout = patience;
    return c10::intrusive_ptr<c10d::Store>(c10::make_intrusive<c10d::PrefixStore>(
        "airy/" + place.key,
        c10::make_intrusive<c10d::TCPStore>(place.address, options)));
  }
  std::shared_ptr<MeetingHost> host;
  if (place.rank == 0) {
    AIRY_ASSIGN_OR_RETURN(host, MeetingHost::Open(place));
  } else {
    AIRY_TRY(AwaitHost(place, deadline));
  }
  return c10::intrusive_ptr<c10d::Store>(
      c10::make_intrusive<MeetingStore>(place, std::move(host), patience));
}

// Nobody goes on before all have come.
Status AwaitAll(const ProcessPlace& place, steady_clock::time_point deadline,
                c10d::Store* store) {
  const std::vector<uint8_t> size = store->compareSet(
      "size", /*expectedValue=*/{}, BytesOf(std::to_string(place.size)));
  if (size != BytesOf(std::to_string(place.size))) {
    return FailedPrecondition("another process says that there are " +
                              std::string(size.begin(), size.end()) +
                              " processes, this one says " + std::to_string(place.size));
  }
  const std::string come = "come";
  const std::string all = "all have come";
  const std::string own = come + "/" + std::to_string(place.rank);
  if (store->add(own, 1) > 1) {
    return FailedPrecondition("there are two processes " + std::to_string(place.rank) +
                              " of " + std::to_string(place.size));
  }
  if (store->add(come, 1) == place.size) store->set(all, BytesOf("yes"));
  const auto left =
      std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
  try {
    store->wait({all}, std::max(left, milliseconds(1)));
  } catch (const std::exception& error) {
    return Unavailable("not all " + std::to_string(place.size) + " processes came (" +
                       FirstLine(error) + ")");
  }
  return OkStatus();
}

}  // namespace

void Leave(const ProcessPlace& place, milliseconds patience, c10d::Store* store) {
  const std::string leaving = "leaving";
  const std::string all = "all are leaving";
  try {
    if (store->add(leaving, 1) == place.size) store->set(all, BytesOf("yes"));
    store->wait({all}, patience);
  } catch (const std::exception&) {
    return;  // process 0 or another is gone
  }
}

Result<Meeting> Meet(const ProcessPlace& place, milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  Meeting meeting;
  AIRY_ASSIGN_OR_RETURN(meeting.own_address, Socket::AddressTowards(place));
  AIRY_ASSIGN_OR_RETURN(meeting.store, OpenStore(place, deadline));
  AIRY_TRY(AwaitAll(place, deadline, meeting.store.get()));
  return meeting;
}

}  // namespace airy::model

#endif

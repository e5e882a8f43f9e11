#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "model/process_place.h"
#include "model/socket.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// What a process asks of the host; keys and values are any bytes.
struct MeetingRequest {
  enum class Verb : char {
    kSet = 's',      // key := value
    kGet = 'g',      // the value, as soon as there is one
    kHas = 'h',      // "1" or "0"
    kAdd = 'a',      // key := key + value, integers in decimal, 0 at first; the sum
    kReplace = 'r',  // key := value if it was `expected`, or "" and none; what it is now
    kDelete = 'd',   // "1", or "0" when there was none
    kCount = 'c',    // how many keys there are
  };
  Verb verb = Verb::kGet;
  std::string key;
  std::string value;
  std::string expected;
};

std::string EncodeRequest(const MeetingRequest& request);
// None when the bytes are no request.
std::optional<MeetingRequest> DecodeRequest(const std::string& bytes);

// Values by key, which processes that train together tell each other: one request a
// connection, answered by a thread of its own until the host goes. Thread-safe.
class MeetingHost {
 public:
  // As Socket::ListenAt.
  static Result<std::unique_ptr<MeetingHost>> Open(const ProcessPlace& place);
  ~MeetingHost();

 private:
  struct Guest {
    Socket socket;
    std::string received;
  };

  explicit MeetingHost(Socket listener);
  void Serve();
  // Whether a guest needs no more, answered or gone.
  bool IsDone(const Guest& guest);
  std::optional<std::string> Answer(const MeetingRequest& request);

  const Socket listener_;
  const Socket stop_;  // readable when it is time
  std::map<std::string, std::string> values_;
  std::vector<Guest> guests_;
  std::thread thread_;
};

}  // namespace airy::model

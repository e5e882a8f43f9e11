#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "server/pipeline/record.h"

namespace airy::services {

// What a subscriber has still to be told, and whose turn it is: at most `capacity`
// results, of which the oldest is lost when another comes, and the rule that one write is
// under way at a time and that the stream finishes once, when none is. Knows nothing of
// gRPC. Begins with a write under way (the initial metadata). Nobody waits on it.
// Thread-safe.
class SubscriberMailbox {
 public:
  // What its owner has to do now. kWrite: write, and call Written when that is over.
  // kFinish, kFinishCancelled: finish; there is nothing after it.
  struct Step {
    enum class Action { kNothing, kWrite, kFinish, kFinishCancelled };
    Action action = Action::kNothing;
    std::shared_ptr<const pipeline::Record> record;  // for kWrite
    uint64_t missed = 0;                             // for kWrite: lost so far
  };

  explicit SubscriberMailbox(size_t capacity) : capacity_(capacity) {}

  // Each returns how many results it lost.
  uint64_t Offer(std::shared_ptr<const pipeline::Record> record);
  uint64_t CountLost();
  // No more results; what is there is still written.
  void Close();
  // Nobody reads any more; what is there is thrown away.
  void Cancel();
  void Written(bool ok);
  // To be called after each of the above.
  Step Next();

 private:
  const size_t capacity_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<const pipeline::Record>> results_;  // guarded by mutex_
  uint64_t missed_ = 0;                                          // guarded by mutex_
  bool writing_ = true;                                          // guarded by mutex_
  bool closed_ = false;                                          // guarded by mutex_
  bool cancelled_ = false;                                       // guarded by mutex_
  bool finished_ = false;                                        // guarded by mutex_
};

}  // namespace airy::services

#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace airy::pipeline {

struct IdSequenceOptions {
  // Frames in a train; 0 learns it from the last whole train.
  int64_t frames_per_train = 0;  // 0..1'000'000
  // Distance between the ids of successive trains.
  int64_t train_step = 1;  // 1..1'000'000
  // An id this many trains behind the newest, or further, is a sender that started again;
  // a nearer one is late or repeated.
  int64_t reorder_trains = 256;  // 1..1'000'000
  // A jump ahead of more trains than this is a new numbering, not a loss.
  int64_t max_gap_trains = 1'000'000;  // 1..1'000'000'000
};

// Follows the ids of one sender and says what is missing: sent frames are those received
// plus `missing`, less those that came late or twice. Ids are (train, pulse): trains
// ascend by train_step, pulses ascend within a train. What is lost before the first frame
// or after the last cannot be seen from here. Owned by one thread.
class IdSequence {
 public:
  enum class Kind {
    kInOrder,
    kLate,      // was counted as missing before
    kRepeated,  // came before
    kRestarted  // the first frame of a new numbering
  };
  struct Observation {
    Kind kind = Kind::kInOrder;
    uint64_t missing = 0;  // frames lost just before this one
  };

  explicit IdSequence(const IdSequenceOptions& options) : options_(options) {}

  Observation Observe(uint64_t train_id, uint64_t pulse_id);

 private:
  struct Gap {  // trains first, first + train_step, ..., last are missing
    uint64_t first;
    uint64_t last;
  };

  Observation Restart(uint64_t train_id, uint64_t pulse_id, Kind kind);
  Observation Backward(uint64_t train_id, uint64_t pulse_id);
  bool TakeFromGaps(uint64_t train_id);
  uint64_t Step() const { return static_cast<uint64_t>(options_.train_step); }

  const IdSequenceOptions options_;
  bool started_ = false;
  uint64_t train_ = 0;      // the newest
  uint64_t pulse_ = 0;      // the last seen of it
  uint64_t in_train_ = 0;   // frames seen of it
  uint64_t per_train_ = 1;  // as learnt
  std::deque<Gap> gaps_;    // ascending, no older than reorder_trains
  // The train that is arriving late just now, and its last pulse.
  std::optional<uint64_t> late_train_;
  uint64_t late_pulse_ = 0;
};

}  // namespace airy::pipeline

#include "server/pipeline/id_sequence.h"

#include <algorithm>

namespace airy::pipeline {

IdSequence::Observation IdSequence::Observe(uint64_t train_id, uint64_t pulse_id) {
  if (!started_) {
    started_ = true;
    return Restart(train_id, pulse_id, Kind::kInOrder);
  }
  if (train_id < train_) return Backward(train_id, pulse_id);
  if (train_id == train_) {
    if (pulse_id <= pulse_) return {Kind::kRepeated, 0};
    pulse_ = pulse_id;
    ++in_train_;
    return {};
  }
  const uint64_t steps = (train_id - train_) / Step();
  if (steps > static_cast<uint64_t>(options_.max_gap_trains) + 1) {
    return Restart(train_id, pulse_id, Kind::kRestarted);
  }

  const auto configured = static_cast<uint64_t>(options_.frames_per_train);
  per_train_ = configured > 0 ? configured : in_train_;
  Observation seen;
  if (in_train_ < per_train_) seen.missing = per_train_ - in_train_;
  if (steps > 1) {
    seen.missing += (steps - 1) * per_train_;
    gaps_.push_back({train_ + Step(), train_ + (steps - 1) * Step()});
  }
  train_ = train_id;
  pulse_ = pulse_id;
  in_train_ = 1;
  const uint64_t horizon = static_cast<uint64_t>(options_.reorder_trains) * Step();
  while (!gaps_.empty() && train_ - gaps_.front().last >= horizon) gaps_.pop_front();
  return seen;
}

IdSequence::Observation IdSequence::Restart(uint64_t train_id, uint64_t pulse_id,
                                            Kind kind) {
  train_ = train_id;
  pulse_ = pulse_id;
  in_train_ = 1;
  gaps_.clear();
  late_train_.reset();
  return {kind, 0};
}

IdSequence::Observation IdSequence::Backward(uint64_t train_id, uint64_t pulse_id) {
  if ((train_ - train_id) / Step() >= static_cast<uint64_t>(options_.reorder_trains)) {
    return Restart(train_id, pulse_id, Kind::kRestarted);
  }
  const bool next_of_late = late_train_ == train_id && pulse_id > late_pulse_;
  if (!next_of_late && !TakeFromGaps(train_id)) return {Kind::kRepeated, 0};
  late_train_ = train_id;
  late_pulse_ = pulse_id;
  return {Kind::kLate, 0};
}

// Removes `train_id` from the missing trains; false if it was not missing.
bool IdSequence::TakeFromGaps(uint64_t train_id) {
  const auto gap = std::find_if(gaps_.begin(), gaps_.end(), [&](const Gap& g) {
    return g.first <= train_id && train_id <= g.last;
  });
  if (gap == gaps_.end()) return false;
  const Gap before{gap->first, train_id - Step()};
  const Gap after{train_id + Step(), gap->last};
  const bool is_first = gap->first == train_id;
  const bool is_last = gap->last == train_id;
  auto at = gaps_.erase(gap);
  if (!is_last) at = gaps_.insert(at, after);
  if (!is_first) gaps_.insert(at, before);
  return true;
}

}  // namespace airy::pipeline

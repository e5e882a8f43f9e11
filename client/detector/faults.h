#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "client/detector/train_message.h"
#include "preprocess/frame/result.h"

namespace airy::detector {

// What can go wrong with a train on purpose.
enum class Fault : uint8_t { kNone, kDrop, kTruncate, kDuplicate, kReorder };
inline constexpr std::array<std::string_view, 5> kFaultNames = {
    "none", "drop", "truncate", "duplicate", "reorder"};

// Spoils trains at given rates, to show what receivers make of it: a dropped train is
// never sent, a truncated one loses the end of its pixels, a duplicated one is sent
// twice, a reordered one goes out after its successor. Owned by one thread.
class FaultPlan {
 public:
  // "drop:0.01,truncate:0.01": the share of trains for each; empty for none.
  static Result<FaultPlan> Parse(std::string_view text, uint64_t seed);

  // Decides the fate of `train` and moves what is to be sent now, in order, to *send.
  Fault Apply(TrainMessage train, std::vector<TrainMessage>* send);
  // What a reordering still holds back at the end of the run.
  std::optional<TrainMessage> TakeHeldBack();

 private:
  explicit FaultPlan(uint64_t seed) : random_(seed) {}

  std::array<double, kFaultNames.size()> shares_{};
  std::mt19937_64 random_;
  std::optional<TrainMessage> held_back_;
};

}  // namespace airy::detector

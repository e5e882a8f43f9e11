#include "client/detector/faults.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace airy::detector {
namespace {

// Cuts the pixels, the largest part, in half and leaves the rest away.
void Truncate(TrainMessage* train) {
  const auto pixels = std::max_element(train->begin(), train->end(),
                                       [](const OwnedBytes& a, const OwnedBytes& b) {
                                         return a.bytes.size() < b.bytes.size();
                                       });
  pixels->bytes = pixels->bytes.first(pixels->bytes.size() / 2);
  train->erase(pixels + 1, train->end());
}

}  // namespace

Result<FaultPlan> FaultPlan::Parse(std::string_view text, uint64_t seed) {
  FaultPlan plan(seed);
  double sum = 0;
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), entry.size() + 1));
    const size_t colon = entry.find(':');
    const std::string_view name = entry.substr(0, colon);
    const auto* known = std::find(kFaultNames.begin() + 1, kFaultNames.end(), name);
    double share = -1;
    if (colon != std::string_view::npos) {
      std::from_chars(entry.data() + colon + 1, entry.data() + entry.size(), share);
    }
    if (known == kFaultNames.end() || share < 0 || share > 1) {
      return InvalidArgument(
          "faults must be like drop:0.01, of drop, truncate, duplicate, reorder, each in "
          "0..1; was \"" +
          std::string(entry) + "\"");
    }
    plan.shares_[static_cast<size_t>(known - kFaultNames.begin())] = share;
    sum += share;
  }
  if (sum > 1) return InvalidArgument("faults must not exceed 1 together");
  return plan;
}

Fault FaultPlan::Apply(TrainMessage train, std::vector<TrainMessage>* send) {
  double draw = std::uniform_real_distribution<double>(0, 1)(random_);
  Fault fault = Fault::kNone;
  for (size_t i = 1; i < shares_.size() && fault == Fault::kNone; ++i) {
    if (draw < shares_[i]) fault = static_cast<Fault>(i);
    draw -= shares_[i];
  }
  // One train at a time is held back.
  if (fault == Fault::kReorder && held_back_) fault = Fault::kNone;
  send->clear();
  switch (fault) {
    case Fault::kDrop:
      break;
    case Fault::kReorder:
      held_back_ = std::move(train);
      return fault;
    case Fault::kTruncate:
      Truncate(&train);
      send->push_back(std::move(train));
      break;
    case Fault::kDuplicate:
      send->push_back(train);
      send->push_back(std::move(train));
      break;
    case Fault::kNone:
      send->push_back(std::move(train));
      break;
  }
  if (held_back_) send->push_back(*std::exchange(held_back_, std::nullopt));
  return fault;
}

std::optional<TrainMessage> FaultPlan::TakeHeldBack() {
  return std::exchange(held_back_, std::nullopt);
}

}  // namespace airy::detector

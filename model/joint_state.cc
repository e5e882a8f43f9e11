#include "model/joint_state.h"

#include <array>
#include <span>

#include "model/nets/weights.h"
#include "model/process_sums.h"
#include "model/sha256.h"
#include "model/training_layout.h"

namespace airy::model {
namespace {

// So many hexadecimal digits of a hash are exact in float64.
constexpr size_t kDigits = 12;

}  // namespace

Status CheckSameTraining(const ProcessGroup& processes, const std::string& fingerprint) {
  if (processes.size() == 1) return OkStatus();
  const std::string hash = Sha256Hex(std::as_bytes(std::span(fingerprint)));
  const auto own = static_cast<double>(std::stoull(hash.substr(0, kDigits), nullptr, 16));
  const torch::Tensor all =
      GatherRows(processes, torch::full({1}, own, torch::kFloat64)).flatten();
  for (int64_t rank = 1; rank < all.numel(); ++rank) {
    if (all[rank].item<double>() == all[0].item<double>()) continue;
    return FailedPrecondition("process " + std::to_string(rank) + " of " +
                              std::to_string(processes.size()) +
                              " was started with other options or data than process 0: "
                              "this one has '" +
                              fingerprint + "'");
  }
  return OkStatus();
}

void ShareProgress(const ProcessGroup& processes, TrainingState* state) {
  Maxima& maxima = state->maxima;
  const torch::Tensor numbers = torch::tensor(
      {static_cast<double>(state->dtype == kBf16),
       static_cast<double>(state->epochs_done), static_cast<double>(state->best_epoch),
       state->best_score, maxima.accuracy, maxima.precision, maxima.recall},
      torch::kFloat64);
  ShareFromLead(processes, numbers);
  const auto at = [&numbers](int64_t i) { return numbers[i].item<double>(); };
  state->dtype = at(0) == 1 ? kBf16 : kFp32;
  state->epochs_done = static_cast<int>(at(1));
  state->best_epoch = static_cast<int>(at(2));
  state->best_score = at(3);
  maxima = {at(4), at(5), at(6)};
}

void ShareWeights(const ProcessGroup& processes, TrainingState* state) {
  if (processes.size() == 1) return;
  for (const Network* network : {state->network, state->average, state->best}) {
    for (const auto& named : NamedState(*network)) {
      ShareFromLead(processes, named.second);
    }
  }
  for (const auto& named : state->optimizer->velocities()) {
    ShareFromLead(processes, named.second);
  }
}

}  // namespace airy::model

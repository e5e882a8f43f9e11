#include "model/studies/study.h"

#include <algorithm>
#include <array>

namespace airy::studies {
namespace {

constexpr int64_t kPaperShots = 7264;

const std::array<StudySize, 3>& Sizes() {
  static const std::array<StudySize, 3> kSizes = {{
      {.name = "cpu",
       .shots = 2000,
       .pixels = 112,
       .epochs = 12,
       .seeds = 1,
       .timing_shots = 500,
       .timing_epochs = 2,
       .pretraining_shots = 4000},
      {.name = "gpu",
       .shots = kPaperShots,
       .pixels = 224,
       .epochs = 60,
       .seeds = 5,
       .pretraining_shots = 20'000},
      {.name = "paper",
       .shots = kPaperShots,
       .pixels = 224,
       .epochs = 200,
       .seeds = 5,
       .pretraining_shots = 20'000},
  }};
  return kSizes;
}

RunPlan WithSeed(RunPlan plan, int seed) {
  plan.options.seed = static_cast<uint64_t>(seed);
  plan.name += "-seed-" + std::to_string(seed);
  return plan;
}

}  // namespace

Result<StudySize> FindStudySize(const std::string& name) {
  std::string known;
  for (const StudySize& size : Sizes()) {
    if (size.name == name) return size;
    known += (known.empty() ? "" : ", ") + size.name;
  }
  return InvalidArgument("size must be one of: " + known + "; was '" + name + "'");
}

std::string RunName(const StudyRow& row, int seed) {
  return WithSeed(row.plan, seed).name;
}

std::vector<RunPlan> RunsOf(const Study& study, const StudySettings& settings) {
  using Kind = RunPlan::Kind;
  std::vector<RunPlan> runs;
  const auto append = [&](int seed, std::initializer_list<Kind> kinds) {
    for (const StudyRow& row : study.rows) {
      if (std::ranges::find(kinds, row.plan.kind) == kinds.end()) continue;
      if (seed > 1 && row.plan.timing_only) continue;
      runs.push_back(WithSeed(row.plan, seed));
    }
  };
  const int seeds = settings.size.seeds;
  append(1, {Kind::kPretraining});
  for (int seed = 1; seed <= seeds; ++seed) {
    append(seed, {Kind::kConstant, Kind::kReference, Kind::kSvm});
  }
  for (int seed = 1; seed <= seeds; ++seed) append(seed, {Kind::kTraining});
  return runs;
}

}  // namespace airy::studies

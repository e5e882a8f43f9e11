#include "model/trainer/locus_check.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "model/torch_engine.h"
#include "model/trainer/parallel_for.h"
#include "model/trainer/streak_locus.h"
#include "preprocess/frame/label_rules.h"
#include "preprocess/transform/rescale.h"

namespace airy::trainer {
namespace {

constexpr std::array kLongClasses = {kStreak, kBent};
constexpr int kResamples = 2000;

struct LongShot {
  Image image;
  std::array<double, 3> axis{};
  Labels labels{};
};

bool IsLong(const Labels& labels) {
  return std::any_of(kLongClasses.begin(), kLongClasses.end(),
                     [&](ClassIndex k) { return labels[static_cast<size_t>(k)] != 0; });
}

// Of `count` shots from `start` on those that are Streak or Bent, in order.
std::vector<LongShot> RenderLong(const simulation::Simulator& simulator, uint64_t start,
                                 uint64_t count, int threads) {
  std::vector<simulation::Shot> shots(count);
  ParallelFor(shots.size(), threads, [&](size_t i) {
    if (IsLong(simulator.Draw(start + i).labels)) shots[i] = simulator.Render(start + i);
  });
  std::vector<LongShot> kept;
  for (const simulation::Shot& shot : shots) {
    if (shot.counts.empty()) continue;
    auto rescaler = transform::Rescaler::Create(shot.rows, shot.cols, {}).value();
    LongShot& added = kept.emplace_back(LongShot{{}, shot.truth.axis, shot.labels});
    rescaler->Apply(
        DenseView(shot.counts.data(), PixelType::kUint16, shot.rows, shot.cols),
        /*scale=*/1, &added.image);
  }
  return kept;
}

// What was found in the shots of a class, or of any of them.
struct Tally {
  std::vector<LocusEnergy> shots;
  int recognised = 0;  // with a probability at or above the threshold
};

void Count(const LongShot& shot, const model::Explanation& explanation,
           std::span<const float> thresholds, std::span<Tally> by_class, Tally* any) {
  LocusEnergy of_shot;
  bool is_recognised = false;
  for (size_t i = 0; i < kLongClasses.size(); ++i) {
    const auto class_index = static_cast<size_t>(kLongClasses[i]);
    if (shot.labels[class_index] == 0) continue;
    const LocusEnergy energy = MeasureLocus(shot.axis, explanation.maps[i].map);
    const bool is_found =
        explanation.probabilities[class_index] >= thresholds[class_index];
    by_class[i].shots.push_back(energy);
    by_class[i].recognised += is_found ? 1 : 0;
    of_shot += energy;
    is_recognised |= is_found;
  }
  any->shots.push_back(of_shot);
  any->recognised += is_recognised ? 1 : 0;
}

void PrintRow(std::string_view name, const Tally& tally) {
  LocusEnergy sum;
  for (const LocusEnergy& shot : tally.shots) sum += shot;
  const RatioEstimate estimate = EstimateRatio(tally.shots, kResamples, /*seed=*/1);
  const double all = sum.all > 0 ? sum.all : 1;
  std::printf("%-8s %6zu %10d %8.4f %8.4f %7.3f   %.3f..%.3f\n",
              std::string(name).c_str(), tally.shots.size(), tally.recognised,
              sum.on_line / all, sum.on_turned / all, estimate.ratio, estimate.low,
              estimate.high);
}

}  // namespace

Status CheckLocus(const SimulatedShots& shots, int threads, model::Explainer* explainer) {
  if (explainer->info().ccf) {
    return FailedPrecondition(
        "--locus needs a network of images; this one sees CCF maps, which do not show "
        "the "
        "line");
  }
  AIRY_ASSIGN_OR_RETURN(const auto simulator,
                        simulation::Simulator::Create(shots.options, shots.seed));
  std::array<Tally, kLongClasses.size()> by_class;
  Tally any;
  const std::vector<int> classes(kLongClasses.begin(), kLongClasses.end());
  const uint64_t slice = 32 * static_cast<uint64_t>(threads);
  for (uint64_t start = 0; start < shots.count; start += slice) {
    model::SetIntraOpThreads(1);  // while rendering, one thread per shot
    const std::vector<LongShot> batch =
        RenderLong(*simulator, start, std::min(slice, shots.count - start), threads);
    if (batch.empty()) continue;
    model::SetIntraOpThreads(threads);
    std::vector<const float*> images;
    images.reserve(batch.size());
    for (const LongShot& shot : batch) images.push_back(shot.image.pixels().data());
    AIRY_ASSIGN_OR_RETURN(const auto explanations, explainer->Explain(images, classes));
    for (size_t i = 0; i < batch.size(); ++i) {
      Count(batch[i], explanations[i], explainer->info().thresholds, by_class, &any);
    }
    std::fprintf(stderr, "\rexplained shots %llu of %llu",
                 static_cast<unsigned long long>(std::min(start + slice, shots.count)),
                 static_cast<unsigned long long>(shots.count));
  }
  std::fprintf(stderr, "\n");

  if (any.shots.empty()) {
    return NotFound("none of the simulated shots is Streak or Bent; ask for more");
  }
  std::printf("%-8s %6s %10s %8s %8s %7s   %s\n", "class", "shots", "recognised",
              "on line", "turned", "ratio", "95 % interval");
  for (size_t i = 0; i < by_class.size(); ++i) {
    PrintRow(kClassNames[static_cast<size_t>(kLongClasses[i])], by_class[i]);
  }
  PrintRow("either", any);
  return OkStatus();
}

}  // namespace airy::trainer

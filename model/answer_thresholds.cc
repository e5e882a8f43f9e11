#include "model/answer_thresholds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "model/metrics.h"
#include "preprocess/frame/check.h"
#include "preprocess/frame/label_rules.h"

namespace airy::model {
namespace {

using Kind = LabelRule::Kind;

struct Scored {
  float probability;
  bool positive;
};

std::vector<Scored> ScoresOf(size_t class_index, ProbabilityRows probabilities,
                             LabelRows labels) {
  AIRY_CHECK(probabilities.size() == labels.size());
  std::vector<Scored> scored(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    scored[i] = {probabilities[i][class_index], labels[i][class_index] != 0};
  }
  std::ranges::sort(scored, std::greater<>(), &Scored::probability);
  return scored;
}

float TuneThreshold(std::span<const Scored> scored) {
  ClassMetrics counts;
  counts.false_negatives = std::ranges::count(scored, true, &Scored::positive);
  if (counts.positives() == 0 || counts.positives() == std::ssize(scored)) return 0.5F;
  double best_f1 = 0;
  float best = 0.5F;
  for (size_t i = 0; i < scored.size(); ++i) {
    const auto [probability, positive] = scored[i];
    counts.true_positives += positive;
    counts.false_negatives -= positive;
    counts.false_positives += !positive;
    const float next = i + 1 < scored.size() ? scored[i + 1].probability : 0.0F;
    if (next == probability) continue;  // equal probabilities fall on the same side
    if (counts.F1() > best_f1) {
      best_f1 = counts.F1();
      best = (probability + next) / 2;
    }
  }
  return best;
}

// Thresholds k / kSteps, k = 1..kSteps: sums and comparisons are exact.
constexpr int kSteps = 200;
constexpr float kStep = 1.0F / kSteps;

// Each rule is about one of these three. Thresholds are chosen for them first, in this
// order; then the rules leave every other class all thresholds from some least one on.
constexpr std::array kHubs = {kSphericalOblate, kEmpty, kRound};

// Its place in that order.
constexpr size_t OrderOf(ClassIndex c) {
  return static_cast<size_t>(std::find(kHubs.begin(), kHubs.end(), c) - kHubs.begin());
}
constexpr bool IsHub(ClassIndex c) { return OrderOf(c) < kHubs.size(); }
static_assert(std::all_of(kLabelRules.begin(), kLabelRules.end(), [](const auto& rule) {
  return rule.kind == Kind::kNeeds ? rule.second == kHubs[0]
                                   : IsHub(rule.first) || IsHub(rule.second);
}));

// Thresholds in steps.
using Steps = std::array<int, kClassCount>;

// The least steps of all other classes that are consistent with those of the first
// `chosen` hubs.
Steps LeastSteps(const Steps& steps, size_t chosen) {
  Steps least;
  least.fill(1);
  const auto bound = [&least](ClassIndex c, int step) {
    least[static_cast<size_t>(c)] = std::max(least[static_cast<size_t>(c)], step);
  };
  for (const LabelRule& rule : kLabelRules) {
    const int first = steps[static_cast<size_t>(rule.first)];
    const int second = steps[static_cast<size_t>(rule.second)];
    const bool excludes = rule.kind == Kind::kExcludes;
    if (OrderOf(rule.second) < chosen) {
      bound(rule.first, excludes ? kSteps + 1 - second : second);
    } else if (excludes && OrderOf(rule.first) < chosen) {
      bound(rule.second, kSteps + 1 - first);
    }
  }
  return least;
}

// The search for the best consistent thresholds.
class ConsistentSearch {
 public:
  ConsistentSearch(ProbabilityRows probabilities, LabelRows labels) {
    AIRY_CHECK(labels.empty() || labels.classes() == kClassCount);
    for (size_t c = 0; c < kClassCount; ++c) {
      const std::vector<Scored> scored = ScoresOf(c, probabilities, labels);
      const float unbound = TuneThreshold(scored);
      for (int step = 1; step <= kSteps; ++step) {
        scores_[c][static_cast<size_t>(step)] = Score(scored, step, unbound);
      }
      best_from_[c][kSteps] = kSteps;
      for (int step = kSteps - 1; step >= 1; --step) {
        const int above = best_from_[c][static_cast<size_t>(step) + 1];
        best_from_[c][static_cast<size_t>(step)] =
            ScoreOf(c, step) >= ScoreOf(c, above) ? step : above;
      }
    }
  }

  Steps Run() const {
    Steps best{};
    double best_score = -1;
    Steps steps{};
    const auto [a, b, c] = kHubs;
    for (steps[a] = 1; steps[a] <= kSteps; ++steps[a]) {
      for (steps[b] = LeastSteps(steps, 1)[b]; steps[b] <= kSteps; ++steps[b]) {
        for (steps[c] = LeastSteps(steps, 2)[c]; steps[c] <= kSteps; ++steps[c]) {
          ChooseOthers(&steps);
          double score = 0;
          for (size_t i = 0; i < kClassCount; ++i) score += ScoreOf(i, steps[i]);
          if (score > best_score) {
            best_score = score;
            best = steps;
          }
        }
      }
    }
    return best;
  }

 private:
  // F1 at the step; of equal ones the nearest to the threshold without rules wins.
  static double Score(std::span<const Scored> scored, int step, float unbound) {
    const float threshold = static_cast<float>(step) * kStep;
    ClassMetrics counts;
    for (const auto [probability, positive] : scored) {
      const bool answered = probability >= threshold;
      counts.true_positives += answered && positive;
      counts.false_positives += answered && !positive;
      counts.false_negatives += !answered && positive;
    }
    return counts.F1() - 1e-7 * static_cast<double>(std::fabs(threshold - unbound));
  }
  double ScoreOf(size_t class_index, int step) const {
    return scores_[class_index][static_cast<size_t>(step)];
  }

  void ChooseOthers(Steps* steps) const {
    const Steps least = LeastSteps(*steps, kHubs.size());
    for (size_t i = 0; i < kClassCount; ++i) {
      if (IsHub(static_cast<ClassIndex>(i))) continue;
      (*steps)[i] = best_from_[i][static_cast<size_t>(least[i])];
    }
  }

  // By class and step from 1 on.
  std::array<std::array<double, kSteps + 1>, kClassCount> scores_;
  // The best step at or above.
  std::array<std::array<int, kSteps + 1>, kClassCount> best_from_;
};

}  // namespace

Thresholds EqualThresholds(float threshold, size_t classes) {
  return Thresholds(classes, threshold);
}

Thresholds TuneThresholds(ProbabilityRows probabilities, LabelRows labels) {
  Thresholds thresholds(labels.classes());
  for (size_t c = 0; c < thresholds.size(); ++c) {
    thresholds[c] = TuneThreshold(ScoresOf(c, probabilities, labels));
  }
  return thresholds;
}

Status CheckConsistent(std::span<const float> thresholds) {
  AIRY_CHECK(thresholds.size() == kClassCount);
  for (const LabelRule& rule : kLabelRules) {
    const float first = thresholds[static_cast<size_t>(rule.first)];
    const float second = thresholds[static_cast<size_t>(rule.second)];
    const bool excludes = rule.kind == Kind::kExcludes;
    if (excludes ? first + second > 1 : first >= second) continue;
    char values[80];
    std::snprintf(values, sizeof values, "; were %g and %g", static_cast<double>(first),
                  static_cast<double>(second));
    return InvalidArgument(
        Describe(rule) + ": their thresholds must " +
        (excludes ? "sum to more than 1" : "not rise from the first to the second") +
        values);
  }
  return OkStatus();
}

Thresholds TuneConsistentThresholds(ProbabilityRows probabilities, LabelRows labels) {
  const Steps steps = ConsistentSearch(probabilities, labels).Run();
  Thresholds thresholds(kClassCount);
  for (size_t c = 0; c < kClassCount; ++c) {
    thresholds[c] = static_cast<float>(steps[c]) * kStep;
  }
  return thresholds;
}

}  // namespace airy::model

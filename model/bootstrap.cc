#include "model/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <random>
#include <vector>

#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

// How often each image was drawn.
using Weights = std::vector<int64_t>;

Interval Central95(std::vector<double> figures) {
  if (figures.empty()) return {};
  std::ranges::sort(figures);
  const auto at = [&figures](double share) {
    const double rank = share * static_cast<double>(figures.size() - 1);
    const auto below = static_cast<size_t>(rank);
    const size_t above = std::min(below + 1, figures.size() - 1);
    return std::lerp(figures[below], figures[above], rank - std::floor(rank));
  };
  return {at(0.025), at(0.975)};
}

// The images of one class, from the most to the least probable.
class Ranking {
 public:
  Ranking(size_t class_index, ProbabilityRows probabilities, LabelRows labels)
      : images_(labels.size()) {
    std::vector<uint32_t> order(labels.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
      return probabilities[a][class_index] > probabilities[b][class_index];
    });
    for (size_t i = 0; i < order.size(); ++i) {
      const float p = probabilities[order[i]][class_index];
      const bool last =
          i + 1 == order.size() || probabilities[order[i + 1]][class_index] != p;
      images_[i] = {order[i], labels[order[i]][class_index] != 0, last};
    }
  }

  // Nothing when no image of the class was drawn.
  std::optional<double> AveragePrecision(const Weights& weights) const {
    int64_t positives = 0, answered = 0, before = 0;
    double sum = 0;
    for (const RankedImage& ranked : images_) {
      const int64_t weight = weights[ranked.image];
      answered += weight;
      if (ranked.positive) positives += weight;
      if (!ranked.ends_tie || positives == before) continue;
      sum += static_cast<double>(positives - before) * static_cast<double>(positives) /
             static_cast<double>(answered);
      before = positives;
    }
    if (positives == 0) return std::nullopt;
    return sum / static_cast<double>(positives);
  }

 private:
  struct RankedImage {
    uint32_t image = 0;
    bool positive = false;
    bool ends_tie = false;  // the last of its probability
  };
  std::vector<RankedImage> images_;
};

Metrics CountDrawn(LabelRows answers, LabelRows labels, const Weights& weights) {
  Metrics metrics;
  metrics.images = std::ssize(labels);
  metrics.classes.resize(labels.classes());
  for (size_t i = 0; i < labels.size(); ++i) {
    for (size_t c = 0; c < labels.classes(); ++c) {
      const bool answered = answers[i][c] != 0, positive = labels[i][c] != 0;
      ClassMetrics& counts = metrics.classes[c];
      counts.true_positives += answered && positive ? weights[i] : 0;
      counts.false_positives += answered && !positive ? weights[i] : 0;
      counts.false_negatives += !answered && positive ? weights[i] : 0;
    }
  }
  return metrics;
}

}  // namespace

EvaluationIntervals Bootstrap(ProbabilityRows probabilities, LabelRows labels,
                              std::span<const float> thresholds,
                              const BootstrapOptions& options) {
  AIRY_CHECK(probabilities.size() == labels.size() && options.resamples >= 1);
  const size_t classes = labels.classes();
  const LabelTable answers = Answer(probabilities, thresholds);
  std::vector<Ranking> rankings;
  for (size_t c = 0; c < classes; ++c) {
    rankings.emplace_back(c, probabilities, labels);
  }

  std::vector<double> accuracy, precision, recall, macro_f1, mean_average_precision;
  std::vector<std::vector<double>> f1(classes), average_precision(classes);
  std::mt19937_64 random(options.seed);
  for (int r = 0; r < options.resamples; ++r) {
    Weights weights(labels.size(), 0);
    for (size_t i = 0; i < labels.size(); ++i) {
      // The library's distributions differ between libraries; this one does not.
      ++weights[(random() >> 32) * labels.size() >> 32];
    }
    const Metrics metrics = CountDrawn(answers, labels, weights);
    accuracy.push_back(metrics.Accuracy());
    precision.push_back(metrics.Precision());
    recall.push_back(metrics.Recall());
    macro_f1.push_back(metrics.MacroF1());
    double sum = 0;
    int counted = 0;
    for (size_t c = 0; c < classes; ++c) {
      const std::optional<double> average = rankings[c].AveragePrecision(weights);
      if (!average) continue;
      f1[c].push_back(metrics.classes[c].F1());
      average_precision[c].push_back(*average);
      sum += *average;
      ++counted;
    }
    mean_average_precision.push_back(counted == 0 ? 0 : sum / counted);
  }

  EvaluationIntervals intervals;
  intervals.accuracy = Central95(std::move(accuracy));
  intervals.precision = Central95(std::move(precision));
  intervals.recall = Central95(std::move(recall));
  intervals.macro_f1 = Central95(std::move(macro_f1));
  intervals.mean_average_precision = Central95(std::move(mean_average_precision));
  for (size_t c = 0; c < classes; ++c) {
    intervals.f1.push_back(Central95(std::move(f1[c])));
    intervals.average_precision.push_back(Central95(std::move(average_precision[c])));
  }
  return intervals;
}

}  // namespace airy::model

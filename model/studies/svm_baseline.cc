#include "model/studies/svm_baseline.h"

#include <algorithm>
#include <cmath>
#include <opencv2/ml.hpp>

#include "model/precision_recall.h"

namespace airy::studies {
namespace {

using cv::ml::SVM;
using model::LabelRows;
using model::LabelTable;
using model::Split;

constexpr double kPenalties[] = {1, 10, 100};
constexpr double kWidths[] = {0.3, 1, 3};  // times 1 / features

struct Part {
  cv::Mat features;  // [images, features] float32
  LabelTable labels;
};

Part Take(std::span<const std::vector<float>> features, LabelRows labels,
          std::span<const int64_t> images) {
  Part part{{}, LabelTable(labels.classes())};
  for (const int64_t index : images) {
    const auto& row = features[static_cast<size_t>(index)];
    part.features.push_back(cv::Mat(row, /*copyData=*/true).reshape(1, 1));
    part.labels.Add(labels[static_cast<size_t>(index)]);
  }
  return part;
}

// Mean 0 and variance 1 over the training images.
void Standardise(const cv::Mat& training, std::initializer_list<cv::Mat*> parts) {
  std::vector<cv::Scalar> mean(static_cast<size_t>(training.cols));
  std::vector<cv::Scalar> deviation(mean.size());
  for (int c = 0; c < training.cols; ++c) {
    const auto column = static_cast<size_t>(c);
    cv::meanStdDev(training.col(c), mean[column], deviation[column]);
  }
  for (cv::Mat* part : parts) {
    for (int c = 0; c < training.cols; ++c) {
      const auto column = static_cast<size_t>(c);
      cv::Mat values = part->col(c);
      values -= mean[column][0];
      values /= std::max(deviation[column][0], 1e-6);
    }
  }
}

std::vector<float> Decisions(const SVM& svm, const cv::Mat& features) {
  cv::Mat raw;
  svm.predict(features, raw, cv::ml::StatModel::RAW_OUTPUT);
  return {raw.begin<float>(), raw.end<float>()};
}

// Writes a class's probabilities for both parts: decision values through the logistic
// function. A class without positives or negatives to learn from is never told.
void LearnClass(
    size_t c, const Part& training, double penalty, double gamma,
    std::initializer_list<std::pair<const Part*, std::vector<float>*>> parts) {
  cv::Mat truth;
  for (size_t i = 0; i < training.labels.size(); ++i) {
    truth.push_back(training.labels[i][c] != 0 ? 1 : 0);
  }
  const int positives = cv::countNonZero(truth);
  const int negatives = truth.rows - positives;
  if (positives == 0 || negatives == 0) return;
  const cv::Ptr<SVM> svm = SVM::create();
  svm->setType(SVM::C_SVC);
  svm->setKernel(SVM::RBF);
  svm->setC(penalty);
  svm->setGamma(gamma);
  svm->setTermCriteria({cv::TermCriteria::MAX_ITER + cv::TermCriteria::EPS, 20000, 1e-3});
  // Missing a rare class costs more, but not as much as it is rare.
  svm->setClassWeights(cv::Mat(cv::Mat_<double>(
      {1.0, std::max(1.0, std::sqrt(static_cast<double>(negatives) / positives))})));
  svm->train(training.features, cv::ml::ROW_SAMPLE, truth);
  // The side of the positives is the library's choice.
  double side = 0;
  const std::vector<float> known = Decisions(*svm, training.features);
  for (int i = 0; i < truth.rows; ++i) {
    const double decision = known[static_cast<size_t>(i)];
    side += truth.at<int>(i) != 0 ? decision / positives : -decision / negatives;
  }
  for (const auto& [part, probabilities] : parts) {
    const std::vector<float> decisions = Decisions(*svm, part->features);
    for (size_t i = 0; i < decisions.size(); ++i) {
      const double decision =
          std::copysign(1.0, side) * static_cast<double>(decisions[i]);
      (*probabilities)[i * part->labels.classes() + c] =
          static_cast<float>(1 / (1 + std::exp(-decision)));
    }
  }
}

}  // namespace

Result<SvmOutcome> TrainSvm(std::span<const std::vector<float>> features,
                            LabelRows labels, const Split& split) {
  if (split.training.empty() || split.validation.empty()) {
    return FailedPrecondition("a kernel SVM needs training and validation images; had " +
                              std::to_string(split.training.size()) + " and " +
                              std::to_string(split.validation.size()));
  }
  Part training = Take(features, labels, split.training);
  Part validation = Take(features, labels, split.validation);
  Part test = Take(features, labels, split.test);
  const cv::Mat as_they_are = training.features.clone();
  Standardise(as_they_are, {&training.features, &validation.features});
  if (!split.test.empty()) Standardise(as_they_are, {&test.features});

  SvmOutcome best;
  double best_precision = -1;
  for (const double penalty : kPenalties) {
    for (const double width : kWidths) {
      const double gamma = width / training.features.cols;
      std::vector<float> of_validation(validation.labels.values().size());
      std::vector<float> of_test(test.labels.values().size());
      for (size_t c = 0; c < labels.classes(); ++c) {
        if (split.test.empty()) {
          LearnClass(c, training, penalty, gamma, {{&validation, &of_validation}});
        } else {
          LearnClass(c, training, penalty, gamma,
                     {{&validation, &of_validation}, {&test, &of_test}});
        }
      }
      const auto rows_of = [&](const Part& part, const std::vector<float>& values) {
        return model::ProbabilityRows(values.data(), part.labels.size(),
                                      labels.classes());
      };
      const model::ProbabilityRows on_validation = rows_of(validation, of_validation);
      const double precision =
          model::MeasureAveragePrecision(on_validation, validation.labels).mean;
      if (precision <= best_precision) continue;
      best_precision = precision;
      best.c = penalty;
      best.gamma = gamma;
      best.thresholds = model::TuneThresholds(on_validation, validation.labels);
      best.validation = model::Measure(on_validation, validation.labels, best.thresholds);
      best.test = model::Measure(rows_of(test, of_test), test.labels, best.thresholds);
    }
  }
  return best;
}

}  // namespace airy::studies

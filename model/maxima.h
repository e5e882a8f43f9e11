#pragma once

#include <algorithm>

#include "model/metrics.h"

namespace airy::model {

// The highest micro figures of any epoch, each for itself: what the paper reports.
struct Maxima {
  double accuracy = 0;
  double precision = 0;
  double recall = 0;

  void Raise(const Metrics& metrics) {
    accuracy = std::max(accuracy, metrics.Accuracy());
    precision = std::max(precision, metrics.Precision());
    recall = std::max(recall, metrics.Recall());
  }
};

}  // namespace airy::model

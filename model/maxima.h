#pragma once

namespace airy::model {

// The highest micro figures of any epoch, each for itself: what the paper reports.
struct Maxima {
  double accuracy = 0;
  double precision = 0;
  double recall = 0;
};

}  // namespace airy::model

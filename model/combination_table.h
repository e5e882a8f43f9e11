#pragma once

#include <cstdint>
#include <vector>

#include "model/metrics.h"

namespace airy::model {

// Images whose labels are exactly these, and what they were answered.
struct CombinationRow {
  struct Answered {
    std::vector<uint8_t> answer;  // a label per class
    int64_t images = 0;
  };
  std::vector<uint8_t> labels;
  int64_t images = 0;
  std::vector<Answered> answers;  // the most frequent first

  // Images answered with exactly their labels.
  int64_t exact() const;
};

// Confusion by label combination: a row for every combination that occurs among the
// labels, the most frequent first; equal ones in the order of their classes.
struct CombinationTable {
  int64_t images = 0;
  std::vector<CombinationRow> rows;

  // Images answered with exactly their labels.
  int64_t exact() const;
};

// Rows are of the same images and classes.
CombinationTable TabulateCombinations(LabelRows answers, LabelRows labels);

}  // namespace airy::model

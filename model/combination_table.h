#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/metrics.h"

namespace airy::model {

// Images whose labels are exactly these, and what they were answered.
struct CombinationRow {
  struct Answered {
    Labels answer{};
    int64_t images = 0;
  };
  Labels labels{};
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

// Spans have the same size.
CombinationTable TabulateCombinations(std::span<const Labels> answers,
                                      std::span<const Labels> labels);

}  // namespace airy::model

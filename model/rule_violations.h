#pragma once

#include <array>
#include <cstdint>

#include "model/class_table.h"
#include "preprocess/frame/label_rules.h"
#include "preprocess/frame/status.h"

namespace airy::model {

// How many answers break kLabelRules.
struct RuleViolations {
  int64_t answers = 0;
  int64_t breaking = 0;                               // at least one rule
  std::array<int64_t, kLabelRules.size()> by_rule{};  // an answer may break several

  // 0 for no answers.
  double Rate() const;
};

// Of answers in the eleven classes.
RuleViolations CountViolations(LabelRows answers);

// CheckLabels of rows in the eleven classes.
Status CheckRules(LabelRows labels);

}  // namespace airy::model

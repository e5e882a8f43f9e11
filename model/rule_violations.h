#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "preprocess/frame/label_rules.h"

namespace airy::model {

// How many answers break kLabelRules.
struct RuleViolations {
  int64_t answers = 0;
  int64_t breaking = 0;                               // at least one rule
  std::array<int64_t, kLabelRules.size()> by_rule{};  // an answer may break several

  // 0 for no answers.
  double Rate() const;
};

RuleViolations CountViolations(std::span<const Labels> answers);

}  // namespace airy::model

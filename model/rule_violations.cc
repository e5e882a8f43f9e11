#include "model/rule_violations.h"

namespace airy::model {

double RuleViolations::Rate() const {
  return answers == 0 ? 0 : static_cast<double>(breaking) / static_cast<double>(answers);
}

RuleViolations CountViolations(std::span<const Labels> answers) {
  RuleViolations result;
  for (const Labels& answer : answers) {
    ++result.answers;
    result.breaking += KeepsHardRules(answer) ? 0 : 1;
    for (size_t r = 0; r < kLabelRules.size(); ++r) {
      result.by_rule[r] += kLabelRules[r].IsBrokenBy(answer);
    }
  }
  return result;
}

}  // namespace airy::model

#include "model/rule_violations.h"

#include <algorithm>
#include <vector>

#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

std::vector<Labels> ToEleven(LabelRows rows) {
  AIRY_CHECK(rows.empty() || rows.classes() == kClassCount);
  std::vector<Labels> labels(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(rows[i], labels[i].begin());
  }
  return labels;
}

}  // namespace

double RuleViolations::Rate() const {
  return answers == 0 ? 0 : static_cast<double>(breaking) / static_cast<double>(answers);
}

RuleViolations CountViolations(LabelRows answers) {
  RuleViolations result;
  for (const Labels& answer : ToEleven(answers)) {
    ++result.answers;
    result.breaking += KeepsHardRules(answer) ? 0 : 1;
    for (size_t r = 0; r < kLabelRules.size(); ++r) {
      result.by_rule[r] += kLabelRules[r].IsBrokenBy(answer);
    }
  }
  return result;
}

Status CheckRules(LabelRows labels) { return CheckLabels(ToEleven(labels)); }

}  // namespace airy::model

#include "preprocess/frame/label_rules.h"

#include <algorithm>

namespace airy {

std::string NamesOf(const Labels& labels) {
  std::string names;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == 0) continue;
    if (!names.empty()) names += '+';
    names += kClassNames[i];
  }
  return names.empty() ? "none" : names;
}

std::string Describe(const LabelRule& rule) {
  const char* verb = rule.kind == LabelRule::Kind::kExcludes ? " excludes " : " needs ";
  return std::string(kClassNames[static_cast<size_t>(rule.first)]) + verb +
         std::string(kClassNames[static_cast<size_t>(rule.second)]);
}

std::vector<LabelRule> BrokenRules(const Labels& labels) {
  std::vector<LabelRule> broken;
  for (const LabelRule& rule : kLabelRules) {
    if (rule.IsBrokenBy(labels)) broken.push_back(rule);
  }
  return broken;
}

bool KeepsHardRules(const Labels& labels) {
  return std::ranges::none_of(
      kLabelRules, [&labels](const LabelRule& rule) { return rule.IsBrokenBy(labels); });
}

Status CheckLabels(std::span<const Labels> labels) {
  const auto first = std::ranges::find_if_not(labels, KeepsHardRules);
  if (first == labels.end()) return OkStatus();
  const auto count = std::count_if(
      first, labels.end(), [](const Labels& row) { return !KeepsHardRules(row); });
  return InvalidArgument(
      "labels of " + std::to_string(count) + " of " + std::to_string(labels.size()) +
      " shots break the rules of the classes; the first is shot " +
      std::to_string(first - labels.begin()) + ", labelled " + NamesOf(*first) +
      ", but " + Describe(BrokenRules(*first).front()));
}

}  // namespace airy

#include "model/combination_table.h"

#include <algorithm>
#include <functional>
#include <map>

#include "preprocess/frame/check.h"

namespace airy::model {

int64_t CombinationRow::exact() const {
  const auto found = std::ranges::find(answers, labels, &Answered::answer);
  return found == answers.end() ? 0 : found->images;
}

int64_t CombinationTable::exact() const {
  int64_t sum = 0;
  for (const CombinationRow& row : rows) sum += row.exact();
  return sum;
}

CombinationTable TabulateCombinations(std::span<const Labels> answers,
                                      std::span<const Labels> labels) {
  AIRY_CHECK(answers.size() == labels.size());
  // The class that comes first counts most, so that equal numbers stand in their order.
  std::map<Labels, std::map<Labels, int64_t, std::greater<>>, std::greater<>> counts;
  for (size_t i = 0; i < labels.size(); ++i) ++counts[labels[i]][answers[i]];
  CombinationTable table;
  table.images = std::ssize(labels);
  for (const auto& [combination, answered] : counts) {
    CombinationRow row;
    row.labels = combination;
    for (const auto& [answer, images] : answered) {
      row.answers.push_back({answer, images});
      row.images += images;
    }
    std::ranges::stable_sort(row.answers, std::greater<>(),
                             &CombinationRow::Answered::images);
    table.rows.push_back(std::move(row));
  }
  std::ranges::stable_sort(table.rows, std::greater<>(), &CombinationRow::images);
  return table;
}

}  // namespace airy::model

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

CombinationTable TabulateCombinations(LabelRows answers, LabelRows labels) {
  AIRY_CHECK(answers.size() == labels.size());
  // Equal numbers stand in the order of their classes.
  using Row = std::vector<uint8_t>;
  std::map<Row, std::map<Row, int64_t, FirstClassesFirst>, FirstClassesFirst> counts;
  for (size_t i = 0; i < labels.size(); ++i) {
    ++counts[{labels[i].begin(), labels[i].end()}]
            [{answers[i].begin(), answers[i].end()}];
  }
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

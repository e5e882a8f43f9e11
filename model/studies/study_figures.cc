#include "model/studies/study_figures.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace airy::studies {

std::string FigureText(const model::SeedStatistics& figure) {
  char text[64];
  if (figure.standard_error) {
    std::snprintf(text, sizeof text, "%.4f ± %.4f", figure.mean, *figure.standard_error);
  } else {
    std::snprintf(text, sizeof text, "%.4f", figure.mean);
  }
  return text;
}

std::optional<model::SeedStatistics> StudyFigures::Of(const StudyRow& row,
                                                      const std::string& figure) const {
  std::vector<double> values;
  for (int seed = 1; seed <= SeedsOf(row); ++seed) {
    const RunRecord* record = queue_.Find(RunName(row, seed));
    if (record == nullptr) continue;
    const auto found = record->figures.find(figure);
    if (found != record->figures.end()) values.push_back(found->second);
  }
  if (values.empty()) return std::nullopt;
  return model::SummariseSeeds(values);
}

const RunRecord* StudyFigures::AnyOf(const StudyRow& row) const {
  for (int seed = 1; seed <= SeedsOf(row); ++seed) {
    if (const RunRecord* record = queue_.Find(RunName(row, seed))) return record;
  }
  return nullptr;
}

int StudyFigures::DoneOf(const StudyRow& row) const {
  int done = 0;
  for (int seed = 1; seed <= SeedsOf(row); ++seed) {
    done += queue_.Find(RunName(row, seed)) != nullptr;
  }
  return done;
}

std::string StudyFigures::WhyNot(const StudyRow& row) const {
  for (int seed = 1; seed <= SeedsOf(row); ++seed) {
    const std::string failure = queue_.FailureOf(RunName(row, seed));
    if (!failure.empty()) return "failed: " + failure;
  }
  return "not run";
}

std::string StudyFigures::Judge(const Claim& claim) const {
  std::string chain;
  std::string missing;
  std::vector<double> means;
  for (const std::string& name : claim.falling) {
    const auto row = std::ranges::find(study_.rows, name, &StudyRow::name);
    const auto figure = row == study_.rows.end() ? std::nullopt : Of(*row, claim.figure);
    if (!figure) {
      missing += (missing.empty() ? "" : ", ") + name;
      continue;
    }
    if (!means.empty()) chain += means.back() > figure->mean ? " > " : " <= ";
    means.push_back(figure->mean);
    chain += FigureText(*figure);
  }
  if (!missing.empty()) return "rows are missing: " + missing;
  const bool holds =
      std::ranges::adjacent_find(means, std::less_equal<>()) == means.end();
  return std::string(holds ? "holds" : "does not hold") + " (" + chain + ")";
}

}  // namespace airy::studies

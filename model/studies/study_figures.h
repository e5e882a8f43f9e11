#pragma once

#include <optional>
#include <string>

#include "model/seed_statistics.h"
#include "model/studies/run_queue.h"
#include "model/studies/study.h"

namespace airy::studies {

// What the finished runs of a study say. Borrows all. Thread-compatible.
class StudyFigures {
 public:
  StudyFigures(const Study& study, const StudySettings& settings, const RunQueue& queue)
      : study_(study), settings_(settings), queue_(queue) {}

  // Of a figure of run records, over the seeds that are done; nothing where none is or
  // none has it.
  std::optional<model::SeedStatistics> Of(const StudyRow& row,
                                          const std::string& figure) const;
  // The record of the first seed that is done, or nothing.
  const RunRecord* AnyOf(const StudyRow& row) const;
  int SeedsOf(const StudyRow& row) const { return row.plan.timing_only ? 1 : seeds(); }
  int DoneOf(const StudyRow& row) const;
  // Why a row has no figures: "not run", or "failed: ...".
  std::string WhyNot(const StudyRow& row) const;

  // "holds (0.9650 > 0.9550)", "does not hold (...)", or which rows are missing.
  std::string Judge(const Claim& claim) const;

  const Study& study() const { return study_; }
  const StudySettings& settings() const { return settings_; }

 private:
  int seeds() const { return settings_.size.seeds; }

  const Study& study_;
  const StudySettings& settings_;
  const RunQueue& queue_;
};

// "0.9650", from two seeds on "0.9650 ± 0.0012": mean and its standard error.
std::string FigureText(const model::SeedStatistics& figure);

}  // namespace airy::studies

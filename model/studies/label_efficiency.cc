#include <array>
#include <utility>

#include "model/studies/study_rows.h"

namespace airy::studies {
namespace {

// Pre-training on shots of a seed that no named set has; returns its run.
RunPlan AddPretraining(const StudySettings& settings, bool without_labels, Study* study) {
  RunPlan plan = Training(settings, kBest);
  plan.name = without_labels ? "pretraining-unlabelled" : "pretraining-labelled";
  plan.kind = RunPlan::Kind::kPretraining;
  plan.without_labels = without_labels;
  plan.pretraining_seed = 11'005;
  plan.shots = settings.size.pretraining_shots;
  // Nothing is scored.
  if (plan.options.shares.validation > 0) plan.options.shares.test = 0;
  study->rows.push_back({.name = plan.name, .plan = plan});
  plan.name = RunName(study->rows.back(), 1);
  return plan;
}

}  // namespace

Study MakeLabelEfficiency(const StudySettings& settings) {
  Study study{.title = "Labels needed, with pre-training and without",
              .note = "Pre-training: " + std::to_string(settings.size.pretraining_shots) +
                      " other simulated shots, as many epochs, with their labels or "
                      "without any (Barlow Twins on two changes of each image). Of "
                      "simulated shots, pre-training with labels is more of the same and "
                      "bounds what there is to gain."};
  constexpr std::array kShares = {100, 75, 50, 25, 10, 5};
  constexpr std::array<PaperFigures, 4> kPaper = {
      {{.965, .922, .870}, {.915, .821, .771}, {.829, .740, .679}, {.797, .673, .593}}};
  const RunPlan labelled = AddPretraining(settings, /*without_labels=*/false, &study);
  const RunPlan unlabelled = AddPretraining(settings, /*without_labels=*/true, &study);
  for (size_t i = 0; i < kShares.size(); ++i) {
    study.x_names.push_back(Percent(kShares[i]));
    for (const auto& [curve, start] :
         {std::pair<const char*, const RunPlan*>{"from random weights", nullptr},
          {"after labelled shots", &labelled},
          {"after unlabelled shots", &unlabelled}}) {
      RunPlan plan = Training(settings, kBest);
      SetShare(kShares[i], &plan);
      StudyRow row{.name = study.x_names.back() + " " + curve,
                   .plan = plan,
                   .x = static_cast<int>(i),
                   .curve = curve};
      if (start == nullptr) {
        if (i < kPaper.size()) row.paper = kPaper[i];
      } else {
        row.plan.name += start->without_labels ? "-after-unlabelled" : "-after-labelled";
        row.plan.start = start->name;
        row.plan.start_fingerprint = Fingerprint(*start, /*set=*/"");
        study.claims.push_back(
            {"pre-training helps (our question)",
             "macro_f1",
             {row.name, study.x_names.back() + " from random weights"}});
      }
      study.rows.push_back(row);
    }
  }
  AddBaselines(settings, &study);
  return study;
}

}  // namespace airy::studies

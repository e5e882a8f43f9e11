#include "model/trainer/evaluation_report.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <string_view>

#include "model/seed_statistics.h"

namespace airy::trainer {
namespace {

using model::Evaluation;
using model::EvaluationIntervals;

constexpr size_t kCombinationsShown = 12;
constexpr size_t kAnswersShown = 3;

constexpr std::array kFigures = {
    Figure{"accuracy", "accuracy",
           [](const Evaluation& e) { return e.metrics.Accuracy(); },
           &EvaluationIntervals::accuracy},
    Figure{"precision", "precision",
           [](const Evaluation& e) { return e.metrics.Precision(); },
           &EvaluationIntervals::precision},
    Figure{"recall", "recall", [](const Evaluation& e) { return e.metrics.Recall(); },
           &EvaluationIntervals::recall},
    Figure{"macro_f1", "macro-F1",
           [](const Evaluation& e) { return e.metrics.MacroF1(); },
           &EvaluationIntervals::macro_f1},
    Figure{"macro_f1_20", "macro-F1, classes with 20 or more",
           [](const Evaluation& e) { return e.metrics.MacroF1(kMinPositives); }, nullptr},
    Figure{"mean_average_precision", "mean average precision",
           [](const Evaluation& e) { return e.average_precision.mean; },
           &EvaluationIntervals::mean_average_precision},
    Figure{"exact_share", "all classes of an image right",
           [](const Evaluation& e) {
             return static_cast<double>(e.combinations.exact()) /
                    static_cast<double>(std::max<int64_t>(e.combinations.images, 1));
           },
           nullptr},
    Figure{"calibration_error", "calibration error, 15 bins",
           [](const Evaluation& e) { return e.reliability.all.CalibrationError(); },
           nullptr},
    Figure{"brier_score", "Brier score",
           [](const Evaluation& e) { return e.reliability.all.BrierScore(); }, nullptr},
    Figure{"rule_violation_rate", "answers that break a rule",
           [](const Evaluation& e) { return e.violations->Rate(); }, nullptr},
};

__attribute__((format(printf, 2, 3))) void Append(std::string* out, const char* format,
                                                  ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  *out += line;
}

std::string Ends(const model::Interval& interval) {
  char text[64];
  std::snprintf(text, sizeof text, "%.4f..%.4f", interval.low, interval.high);
  return text;
}

void AppendFigures(const EvaluationReport& report, std::string* out) {
  const ModelReport& one = report.models.front();
  Append(out, "%-35s %8s %18s %9s\n", "", "model", "95 % over images", "constant");
  for (const Figure& figure : Figures(report.constant.classes)) {
    Append(out, "%-35s %8.4f %18s %9.4f\n", figure.name, figure.of(one.evaluation),
           figure.interval == nullptr ? "" : Ends(one.intervals.*figure.interval).c_str(),
           figure.of(report.constant));
  }
  if (one.info.answer_thresholds().empty()) {
    *out +=
        "The most probable class is the answer; the share of images answered right is "
        "'all classes of an image right'.\n";
  }
}

void AppendClasses(const EvaluationReport& report, std::string* out) {
  const ModelReport& one = report.models.front();
  const Evaluation& e = one.evaluation;
  const std::span<const float> thresholds = one.info.answer_thresholds();
  Append(out, "\n%-17s %9s %9s %6s %6s %15s %6s %15s %6s %6s %9s %11s\n", "class",
         "positives", "precision", "recall", "F1", "95 %", "AP", "95 %", "ECE", "Brier",
         "threshold", "constant F1");
  for (size_t c = 0; c < e.classes.size(); ++c) {
    const model::ClassMetrics& row = e.metrics.classes[c];
    char threshold[16] = "-";
    if (!thresholds.empty()) {
      std::snprintf(threshold, sizeof threshold, "%.4f",
                    static_cast<double>(thresholds[c]));
    }
    Append(out, "%-17s %9lld %9.4f %6.4f %6.4f %15s %6.4f %15s %6.4f %6.4f %9s %11.4f\n",
           e.classes[c].c_str(), static_cast<long long>(row.positives()), row.Precision(),
           row.Recall(), row.F1(), Ends(one.intervals.f1[c]).c_str(),
           e.average_precision.classes[c],
           Ends(one.intervals.average_precision[c]).c_str(),
           e.reliability.classes[c].CalibrationError(),
           e.reliability.classes[c].BrierScore(), threshold,
           report.constant.metrics.classes[c].F1());
  }
}

void AppendCombinations(const Evaluation& evaluation, std::string* out) {
  const auto& rows = evaluation.combinations.rows;
  Append(out, "\n%-50s %6s %6s  %s\n", "label combination", "images", "right",
         "most often answered instead");
  for (size_t r = 0; r < std::min(rows.size(), kCombinationsShown); ++r) {
    Append(out, "%-50s %6lld %6lld  ",
           model::NamesOf(rows[r].labels, evaluation.classes).c_str(),
           static_cast<long long>(rows[r].images),
           static_cast<long long>(rows[r].exact()));
    size_t shown = 0;
    for (const auto& answered : rows[r].answers) {
      if (answered.answer == rows[r].labels || shown == kAnswersShown) continue;
      Append(out, "%s%s %lld", shown++ == 0 ? "" : ", ",
             model::NamesOf(answered.answer, evaluation.classes).c_str(),
             static_cast<long long>(answered.images));
    }
    *out += '\n';
  }
  if (rows.size() > kCombinationsShown) {
    Append(out, "and %zu rarer ones\n", rows.size() - kCombinationsShown);
  }
}

void AppendBrokenRules(const Evaluation& evaluation, std::string* out) {
  if (!evaluation.violations || evaluation.violations->breaking == 0) return;
  const model::RuleViolations& violations = *evaluation.violations;
  Append(out, "\n%lld of %lld answers break a rule:\n",
         static_cast<long long>(violations.breaking),
         static_cast<long long>(violations.answers));
  for (size_t r = 0; r < kLabelRules.size(); ++r) {
    if (violations.by_rule[r] == 0) continue;
    Append(out, "  %-40s %6lld\n", Describe(kLabelRules[r]).c_str(),
           static_cast<long long>(violations.by_rule[r]));
  }
}

template <typename Of>
model::SeedStatistics OverModels(const EvaluationReport& report, Of of) {
  std::vector<double> figures;
  for (const ModelReport& one : report.models) figures.push_back(of(one.evaluation));
  return model::SummariseSeeds(figures);
}

void AppendMean(const char* name, const model::SeedStatistics& over, double constant,
                std::string* out) {
  Append(out, "%-35s %8.4f %14.4f %18s %9.4f\n", name, over.mean,
         over.standard_error.value_or(0),
         Ends(over.interval.value_or(model::Interval{})).c_str(), constant);
}

void AppendSeveral(const EvaluationReport& report, std::string* out) {
  Append(out, "%-35s %8s %14s %18s %9s\n", "", "mean", "standard error",
         ("95 %, " + std::to_string(report.models.size()) + " models").c_str(),
         "constant");
  const model::ClassList& classes = report.constant.classes;
  for (const Figure& figure : Figures(classes)) {
    AppendMean(figure.name, OverModels(report, figure.of), figure.of(report.constant),
               out);
  }
  *out += '\n';
  for (size_t c = 0; c < classes.size(); ++c) {
    const auto f1 = [c](const Evaluation& e) { return e.metrics.classes[c].F1(); };
    AppendMean(("F1 of " + classes[c]).c_str(), OverModels(report, f1),
               f1(report.constant), out);
  }
  Append(out, "\n%9s %9s %7s %9s %7s  %s\n", "accuracy", "precision", "recall",
         "macro-F1", "mAP", "model");
  for (const ModelReport& one : report.models) {
    const model::Metrics& metrics = one.evaluation.metrics;
    Append(out, "%9.4f %9.4f %7.4f %9.4f %7.4f  ", metrics.Accuracy(),
           metrics.Precision(), metrics.Recall(), metrics.MacroF1(),
           one.evaluation.average_precision.mean);
    *out += one.file + '\n';
  }
}

}  // namespace

std::span<const Figure> Figures(const model::ClassList& classes) {
  static_assert(kFigures.back().key == std::string_view("rule_violation_rate"));
  return std::span(kFigures).first(kFigures.size() -
                                   (model::AreTheEleven(classes) ? 0 : 1));
}

std::string EvaluationText(const EvaluationReport& report) {
  std::string out =
      std::to_string(report.constant.metrics.images) + " images: " + report.data + "\n\n";
  if (report.models.size() > 1) {
    AppendSeveral(report, &out);
    return out;
  }
  AppendFigures(report, &out);
  AppendClasses(report, &out);
  AppendCombinations(report.models.front().evaluation, &out);
  AppendBrokenRules(report.models.front().evaluation, &out);
  return out;
}

}  // namespace airy::trainer

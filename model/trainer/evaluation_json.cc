#include "model/seed_statistics.h"
#include "model/trainer/evaluation_report.h"
#include "model/trainer/json_writer.h"

namespace airy::trainer {
namespace {

using model::Evaluation;

void WriteInterval(std::string_view key, const model::Interval& interval,
                   JsonWriter* json) {
  json->BeginArray(key);
  json->Number({}, interval.low);
  json->Number({}, interval.high);
  json->EndArray();
}

// `one`: null for the baseline, which has no intervals and thresholds.
void WriteClasses(const Evaluation& e, const ModelReport* one, JsonWriter* json) {
  json->BeginObject("classes");
  for (size_t c = 0; c < e.classes.size(); ++c) {
    const model::ClassMetrics& counts = e.metrics.classes[c];
    json->BeginObject(e.classes[c]);
    json->Integer("positives", counts.positives());
    json->Integer("true_positives", counts.true_positives);
    json->Integer("false_positives", counts.false_positives);
    json->Integer("false_negatives", counts.false_negatives);
    json->Number("precision", counts.Precision());
    json->Number("recall", counts.Recall());
    json->Number("f1", counts.F1());
    json->Number("average_precision", e.average_precision.classes[c]);
    json->Number("calibration_error", e.reliability.classes[c].CalibrationError());
    json->Number("brier_score", e.reliability.classes[c].BrierScore());
    if (one != nullptr) {
      WriteInterval("f1_interval", one->intervals.f1[c], json);
      WriteInterval("average_precision_interval", one->intervals.average_precision[c],
                    json);
      if (const auto thresholds = one->info.answer_thresholds(); !thresholds.empty()) {
        json->Number("threshold", static_cast<double>(thresholds[c]));
      }
    }
    json->EndObject();
  }
  json->EndObject();
}

void WriteFigures(const Evaluation& e, JsonWriter* json) {
  for (const Figure& figure : Figures(e.classes)) json->Number(figure.key, figure.of(e));
}

void WriteReliability(const model::Reliability& reliability, JsonWriter* json) {
  json->BeginArray("reliability");
  for (const model::ReliabilityBin& bin : reliability.bins) {
    json->BeginObject();
    json->Integer("cells", bin.cells);
    json->Number("mean_probability", bin.MeanProbability());
    json->Number("positive_share", bin.PositiveShare());
    json->EndObject();
  }
  json->EndArray();
}

void WriteBrokenRules(const Evaluation& evaluation, JsonWriter* json) {
  if (!evaluation.violations) return;
  const model::RuleViolations& violations = *evaluation.violations;
  json->Integer("answers_that_break_a_rule", violations.breaking);
  json->BeginObject("broken_rules");
  for (size_t r = 0; r < kLabelRules.size(); ++r) {
    if (violations.by_rule[r] == 0) continue;
    json->Integer(Describe(kLabelRules[r]), violations.by_rule[r]);
  }
  json->EndObject();
}

void WriteCombinations(const Evaluation& evaluation, JsonWriter* json) {
  json->BeginArray("combinations");
  for (const model::CombinationRow& row : evaluation.combinations.rows) {
    json->BeginObject();
    json->Text("labels", model::NamesOf(row.labels, evaluation.classes));
    json->Integer("images", row.images);
    json->Integer("right", row.exact());
    json->BeginObject("answers");
    for (const auto& answered : row.answers) {
      json->Integer(model::NamesOf(answered.answer, evaluation.classes), answered.images);
    }
    json->EndObject();
    json->EndObject();
  }
  json->EndArray();
}

void WriteModel(const ModelReport& one, JsonWriter* json) {
  json->BeginObject();
  json->Text("file", one.file);
  json->Text("version", one.info.version);
  json->Text("architecture", one.info.architecture);
  json->Text("head", model::kHeadNames[static_cast<size_t>(one.info.head)]);
  json->Text("sha256", one.sha256);
  json->Text("device", one.device);
  json->Text("dtype", one.dtype);
  WriteFigures(one.evaluation, json);
  json->BeginObject("intervals");
  for (const Figure& figure : Figures(one.info.classes)) {
    if (figure.interval == nullptr) continue;
    WriteInterval(figure.key, one.intervals.*figure.interval, json);
  }
  json->EndObject();
  WriteClasses(one.evaluation, &one, json);
  WriteReliability(one.evaluation.reliability.all, json);
  WriteBrokenRules(one.evaluation, json);
  WriteCombinations(one.evaluation, json);
  json->EndObject();
}

template <typename Of>
void WriteOverModels(std::string_view key, const EvaluationReport& report, Of of,
                     JsonWriter* json) {
  std::vector<double> figures;
  for (const ModelReport& one : report.models) figures.push_back(of(one.evaluation));
  const model::SeedStatistics over = model::SummariseSeeds(figures);
  json->BeginObject(key);
  json->Number("mean", over.mean);
  if (over.standard_error) json->Number("standard_error", *over.standard_error);
  if (over.interval) WriteInterval("interval", *over.interval, json);
  json->EndObject();
}

}  // namespace

std::string EvaluationJson(const EvaluationReport& report) {
  JsonWriter json;
  json.BeginObject();
  json.Integer("images", report.constant.metrics.images);
  json.Text("data", report.data);
  json.BeginArray("models");
  for (const ModelReport& one : report.models) WriteModel(one, &json);
  json.EndArray();
  json.BeginObject("over_models");
  const model::ClassList& classes = report.constant.classes;
  for (const Figure& figure : Figures(classes)) {
    WriteOverModels(figure.key, report, figure.of, &json);
  }
  json.BeginObject("f1");
  for (size_t c = 0; c < classes.size(); ++c) {
    WriteOverModels(
        classes[c], report,
        [c](const Evaluation& e) { return e.metrics.classes[c].F1(); }, &json);
  }
  json.EndObject();
  json.EndObject();
  json.BeginObject("constant");
  WriteFigures(report.constant, &json);
  WriteClasses(report.constant, nullptr, &json);
  json.EndObject();
  json.EndObject();
  return json.text() + "\n";
}

}  // namespace airy::trainer

#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/bootstrap.h"
#include "model/checkpoint.h"
#include "model/evaluation.h"

namespace airy::trainer {

// Classes rarer than this move by more than 2.5 % with every image.
inline constexpr int64_t kMinPositives = 20;

// How one model does.
struct ModelReport {
  std::string file;
  model::CheckpointInfo info;
  std::string sha256;  // of the file
  std::string device;  // "cpu", "cuda:0"
  std::string dtype;   // "fp32", "bf16": what it was run in
  model::Evaluation evaluation;
  model::EvaluationIntervals intervals;
};

// How one or several models of the same classes do on the same images.
struct EvaluationReport {
  std::string data;  // what the images are
  std::vector<ModelReport> models;
  model::Evaluation constant;  // the baseline
};

// One number that sums a model up.
struct Figure {
  const char* key;   // in JSON
  const char* name;  // in tables
  double (*of)(const model::Evaluation& evaluation);
  model::Interval model::EvaluationIntervals::*interval;  // null: none
};
// Rules are broken in the eleven classes alone.
std::span<const Figure> Figures(const model::ClassList& classes);

// For people: with one model its figures with intervals over images, its classes, and
// what the most frequent label combinations were answered; with several the mean over
// them with its standard error, and a row for each. The constant baseline stands beside.
std::string EvaluationText(const EvaluationReport& report);

// For programs: everything about every model, as one line of JSON (README).
std::string EvaluationJson(const EvaluationReport& report);

}  // namespace airy::trainer

#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/metrics.h"
#include "preprocess/frame/result.h"

namespace airy::studies {

// What is kept of a finished run: the figures that tables show.
struct RunRecord {
  std::string fingerprint{};  // of the plan: others are not compared with
  std::string set{};          // of shots, in words
  std::string device{};       // "cpu", "cuda:0"
  // By name: "images", "accuracy", "precision", "recall", "macro_f1" on the test images;
  // of trainings also "images_per_s", "seconds", "epochs" and, where the recipe has no
  // validation images, "maximum_accuracy" and so on.
  std::map<std::string, double> figures{};
  // On the test images, by class.
  std::vector<model::ClassMetrics> classes{};
};

// Sets the figures of the test images.
void Add(const model::Metrics& test, RunRecord* record);

// One line of JSON. `path` is replaced whole or not at all; Unavailable when it cannot
// be.
Status WriteRunRecord(const std::string& path, const RunRecord& record);
// NotFound; DataLoss for what is not such a line.
Result<RunRecord> ReadRunRecord(const std::string& path);

}  // namespace airy::studies

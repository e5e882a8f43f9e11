#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/safetensors.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/ccf_options.h"

namespace airy::model {

// What a trained model says of itself; strings in the metadata of its safetensors file,
// one key per field.
struct CheckpointInfo {
  std::string architecture;
  std::string version;
  std::string recipe;  // how it was trained: options in words
  std::string data;    // what it was trained on: seed and count, or file and its hash
  ClassProbabilities thresholds{};  // each in 0..1
  // What it sees: images, or these maps of them. Of the grid, the inner radius is kept;
  // all else is as it is by default.
  std::optional<transform::CcfOptions> ccf;
  // Quantiles 0.01 and 0.99 over the training images, gain augmentation included, of the
  // mean count per pixel.
  float input_mean_p01 = 0;
  float input_mean_p99 = 0;
  std::map<std::string, double> metrics;  // on the validation split, e.g. "macro_f1"
};

struct Checkpoint {
  CheckpointInfo info;
  std::vector<StoredTensor> weights;
  std::string sha256;  // of the file it was read from
};

// As ReadSafetensors; InvalidArgument also for another class list or metadata missing or
// out of range, with what was found and expected.
Result<Checkpoint> ReadCheckpoint(const std::string& path);

// As WriteSafetensors.
Status WriteCheckpoint(const std::string& path, const Checkpoint& checkpoint);

}  // namespace airy::model

#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/class_list.h"
#include "model/nets/head_names.h"
#include "model/safetensors.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/image.h"
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
  // One output each, as CheckClassList. For Head::kStructured the eleven.
  ClassList classes = ElevenClasses();
  Head head = Head::kSigmoid;
  // Per class, in 0..1. Of a softmax 0.5 each: for whoever answers by thresholds, the
  // class that is more probable than all others together.
  std::vector<float> thresholds = std::vector<float>(kClassCount);
  // By which logits were divided, for information: the weights hold it.
  float temperature = 1;
  // What it sees: images, or these maps of them. Of the grid, the inner radius is kept;
  // all else is as it is by default.
  std::optional<transform::CcfOptions> ccf;
  // Pixels along the edge of what it was trained on: kInputSize, or half or a quarter of
  // it. Whoever runs it averages images, and maps of them, down to that (AverageDown).
  int input_size = kInputSize;
  // Quantiles 0.01 and 0.99 over the training images, gain augmentation included, of the
  // mean count per pixel.
  float input_mean_p01 = 0;
  float input_mean_p99 = 0;
  // On the validation images, e.g. "macro_f1", and on the test images, "test_macro_f1".
  std::map<std::string, double> metrics;

  // What Answer() takes: the thresholds, but none for a softmax, whose most probable
  // class is the answer.
  std::span<const float> answer_thresholds() const {
    return head == Head::kSoftmax ? std::span<const float>() : thresholds;
  }
};

struct Checkpoint {
  CheckpointInfo info;
  std::vector<StoredTensor> weights;
  std::string sha256;  // of the file it was read from
};

// As ReadSafetensors; InvalidArgument also for metadata missing or out of range, with
// what was found and expected.
Result<Checkpoint> ReadCheckpoint(const std::string& path);

// As WriteSafetensors; InvalidArgument also for a class list that could not be read.
Status WriteCheckpoint(const std::string& path, const Checkpoint& checkpoint);

}  // namespace airy::model

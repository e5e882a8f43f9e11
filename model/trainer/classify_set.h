#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "model/checkpoint.h"
#include "model/class_table.h"
#include "model/dataset.h"
#include "model/torch_engine.h"
#include "preprocess/frame/result.h"

namespace airy::trainer {

// What a model says of images, and what it ran in.
struct SetAnswers {
  model::ProbabilityTable probabilities;  // a row per image
  std::string device;                     // "cpu", "cuda:0"
  std::string dtype;                      // "fp32", "bf16"
};

// Runs the checkpoint that `options` name, which says `info` of itself, on images
// `indices` of a set, in their order: of the eleven classes by the engine, as airyd
// answers, of others by model::Classifier. Prints progress to stderr. FailedPrecondition
// for a set of other classes than the model's, or when maps cannot be made; as Engine and
// Classifier, and as Dataset::Read.
Result<SetAnswers> ClassifySet(model::TorchEngineOptions options,
                               const model::CheckpointInfo& info,
                               const model::Dataset& dataset,
                               std::span<const int64_t> indices);

}  // namespace airy::trainer

#pragma once

#include <memory>
#include <span>
#include <string>

#include "model/checkpoint.h"
#include "model/class_table.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Runs a checkpoint of any class list, to measure it: the engine serves the eleven
// classes alone. Folded like the engine's network, in float32. Owned by one thread.
class Classifier {
 public:
  // `device`: "cpu", "cuda:N", or "auto". NotFound, DataLoss and InvalidArgument as
  // CreateTorchEngine.
  static Result<std::unique_ptr<Classifier>> Create(const std::string& checkpoint,
                                                    const std::string& device);
  virtual ~Classifier() = default;

  virtual const CheckpointInfo& info() const = 0;
  virtual const std::string& device() const = 0;  // "cpu", "cuda:0"
  // Adds to `probabilities`, of info().classes, a row for each of images[i]: kInputSize
  // square as an engine takes them. Internal when the device fails.
  virtual Status Run(std::span<const float* const> images,
                     ProbabilityTable* probabilities) = 0;
};

}  // namespace airy::model

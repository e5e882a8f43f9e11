#pragma once

#include <exception>
#include <string>

#include "preprocess/frame/status.h"

namespace airy::model {

// What a training did when something was thrown.
struct TrainingMoment {
  int epoch = 0;       // from 1
  std::string device;  // "cpu", "cuda:0"
  int64_t batch = 0;   // images in a pass
  int size = 0;        // pixels along their edge
};

// Unavailable when another process was lost, ResourceExhausted when memory ran out, else
// Internal.
Status ToStatus(const std::exception& error, const TrainingMoment& moment);

// DataLoss: `what` ("loss is") no longer a number in that epoch.
Status NotFinite(const std::string& what, int epoch, double learning_rate);

}  // namespace airy::model

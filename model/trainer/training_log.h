#pragma once

#include <string>
#include <vector>

#include "preprocess/frame/result.h"

namespace airy::trainer {

// One epoch of a training; what the log does not say is NaN.
struct LoggedEpoch {
  double epoch;
  double train_loss;
  double validation_loss;
  double validation_macro_f1;
  double learning_rate;
};

// Reads a training's log: one line of JSON per epoch, an object of numbers, strings,
// true, false or null, with "epoch" among them. Members of other names are passed over;
// so is a last line without its end, which a killed training leaves. NotFound when there
// is no such file, DataLoss with the line that is something else.
Result<std::vector<LoggedEpoch>> ReadTrainingLog(const std::string& path);

}  // namespace airy::trainer

#pragma once

#include <string>

#include "preprocess/frame/status.h"

namespace airy::model {

// What is known after an epoch. The averaged weights are scored on the validation images,
// or where there are none on the test images.
struct EpochRecord {
  int epoch = 0;               // from 1
  int size = 0;                // pixels along an edge
  double train_loss = 0;       // mean over the epoch, as it was while the weights moved
  const char* scored_on = "";  // "validation" or "test"
  double validation_loss = 0;  // the same loss, of images as they are
  double validation_macro_f1 = 0;  // at the thresholds the checkpoint would have
  double validation_accuracy = 0;  // micro: over images x classes
  double learning_rate = 0;        // of the last step
  double images_per_s = 0;         // trained on
  double wait_seconds = 0;         // of them, for images that were not loaded yet
  double seconds = 0;              // the whole epoch, scoring included
};

// The curves of a training: one line of JSON per epoch.
//
// Begins a log, or goes on with one after `epochs` epochs: keeps as many lines and drops
// what follows, which a training that was stopped had written before its state. NotFound
// when the file cannot be written, DataLoss when it has fewer lines.
Status BeginEpochLog(const std::string& path, int epochs);
Status AppendToEpochLog(const std::string& path, const EpochRecord& record);

}  // namespace airy::model

#pragma once

#include <string>

#include "model/maxima.h"
#include "model/nets/network.h"
#include "model/safetensors.h"
#include "model/sgd.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Everything a training needs to go on after `epochs_done` epochs as if it had never
// stopped. The pointers are borrowed.
struct TrainingState {
  std::string fingerprint;  // of options and data: another training is not continued
  std::string dtype;        // that was chosen
  int epochs_done = 0;
  int best_epoch = 0;  // from 1; 0: none yet
  double best_score = -1;
  Maxima maxima;
  Network* network = nullptr;
  Network* average = nullptr;
  Network* best = nullptr;  // the average after best_epoch
  NesterovSgd* optimizer = nullptr;
};

// Writes float32 safetensors; `path` is replaced whole or not at all.
Status SaveTrainingState(const std::string& path, const TrainingState& state);

// Reads a state and fills all but the borrowed objects. FailedPrecondition when the
// fingerprints differ or the file is of another version of airy, DataLoss when a number
// is missing or cannot be; otherwise as ReadSafetensors.
Result<Safetensors> OpenTrainingState(const std::string& path, TrainingState* state);
// Fills the borrowed objects. As LoadWeights.
Status RestoreTrainingState(const Safetensors& file, TrainingState* state);

}  // namespace airy::model

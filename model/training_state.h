#pragma once

#include <string>

#include "model/nets/network.h"
#include "model/sgd.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Everything a training needs to go on after `epochs_done` epochs as if it had never
// stopped. The pointers are borrowed.
struct TrainingState {
  std::string fingerprint;  // of options and data: another training is not continued
  int epochs_done = 0;
  Network* network = nullptr;
  Network* average = nullptr;
  NesterovSgd* optimizer = nullptr;
};

// Writes float32 safetensors; `path` is replaced whole or not at all.
Status SaveTrainingState(const std::string& path, const TrainingState& state);

// Fills epochs_done and the borrowed objects. FailedPrecondition when the fingerprints
// differ; otherwise as ReadSafetensors.
Status LoadTrainingState(const std::string& path, TrainingState* state);

}  // namespace airy::model

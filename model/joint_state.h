#pragma once

#include <string>

#include "model/process_group.h"
#include "model/training_state.h"
#include "preprocess/frame/status.h"

namespace airy::model {

// Whether all processes were started for the same training: FailedPrecondition, in each,
// names the first that differs from process 0.
Status CheckSameTraining(const ProcessGroup& processes, const std::string& fingerprint);

// Gives all processes what process 0 has: type, counts and figures; then the borrowed
// networks and velocities. Throw ProcessLost.
void ShareProgress(const ProcessGroup& processes, TrainingState* state);
void ShareWeights(const ProcessGroup& processes, TrainingState* state);

}  // namespace airy::model

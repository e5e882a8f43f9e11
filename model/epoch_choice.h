#pragma once

#include "model/trainer_options.h"
#include "model/training_schedule.h"
#include "model/training_state.h"

namespace airy::model {

// Whether the epoch done last, with this macro-F1, is the best so far: the first one with
// the highest on the validation images of those at the last size, since scores at
// different sizes do not compare. Without such images nothing may choose, and it is.
bool IsBestEpoch(const TrainingState& state, const TrainingSchedule& schedule,
                 bool has_validation, double macro_f1);

// Whether all epochs are done, or as many as the patience without a better one.
bool IsOver(const TrainingState& state, const TrainingSchedule& schedule, int patience);

}  // namespace airy::model

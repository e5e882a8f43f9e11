#include "model/epoch_choice.h"

namespace airy::model {

bool IsBestEpoch(const TrainingState& state, const TrainingSchedule& schedule,
                 bool has_validation, double macro_f1) {
  const bool is_first_of_size =
      state.best_epoch == 0 ||
      schedule.size(state.best_epoch - 1) != schedule.size(state.epochs_done - 1);
  return !has_validation || is_first_of_size || macro_f1 > state.best_score;
}

bool IsOver(const TrainingState& state, const TrainingSchedule& schedule, int patience) {
  return state.epochs_done >= schedule.epochs() ||
         (patience > 0 && state.epochs_done - state.best_epoch >= patience);
}

}  // namespace airy::model

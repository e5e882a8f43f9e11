#pragma once

#include <functional>
#include <string>

#include "model/dataset.h"
#include "model/studies/run_queue.h"
#include "model/studies/study_shots.h"
#include "model/trainer.h"
#include "preprocess/frame/result.h"

namespace airy::trainer {

// Does the runs of a study: trains, learns a kernel SVM, or scores what there is.
// Thread-compatible.
class RunWorker {
 public:
  using Position = studies::RunQueue::Position;
  // After every step of a training; false stops it.
  using Progress =
      std::function<bool(const studies::RunPlan& plan, const Position& position,
                         const model::TrainProgress& progress)>;

  // `set` outlives the worker.
  RunWorker(const model::Dataset& set, Progress progress)
      : shots_(set), progress_(std::move(progress)) {}

  // As studies::RunQueue::Worker. A training goes on from the state in its folder and
  // leaves its model and log there. Cancelled when `progress` said so;
  // FailedPrecondition for an SVM in a build without OpenCV; else as Trainer and
  // CreateTorchEngine.
  Result<studies::RunRecord> Do(const studies::RunPlan& plan, const std::string& folder,
                                const Position& position);

 private:
  Result<studies::RunRecord> Train(const studies::RunPlan& plan,
                                   const std::string& folder, const Position& position,
                                   const model::Dataset& set);

  studies::StudyShots shots_;
  const Progress progress_;
};

}  // namespace airy::trainer

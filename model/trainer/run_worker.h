#pragma once

#include <functional>
#include <string>

#include "model/dataset.h"
#include "model/studies/run_queue.h"
#include "model/studies/study_shots.h"
#include "model/trainer.h"
#include "preprocess/frame/result.h"

namespace airy::trainer {

// Whether this step was the last one of its epoch.
bool EndsEpoch(const model::TrainProgress& progress);

// Does the runs of a study: trains, pre-trains, learns a kernel SVM, or scores what there
// is.
// Thread-compatible.
class RunWorker {
 public:
  using Position = studies::RunQueue::Position;
  // After every step of a training; false stops it.
  using Progress =
      std::function<bool(const studies::RunPlan& plan, const Position& position,
                         const model::TrainProgress& progress)>;

  // The first `shots` simulated from a seed.
  using Simulate = std::function<Result<model::Dataset>(uint64_t seed, int64_t shots)>;

  // `set` outlives the worker; `simulate` makes the shots of pre-training.
  RunWorker(const model::Dataset& set, Simulate simulate, Progress progress)
      : shots_(set), simulate_(std::move(simulate)), progress_(std::move(progress)) {}

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

  Result<studies::RunRecord> PretrainUnlabelled(const studies::RunPlan& plan,
                                                const std::string& folder,
                                                const Position& position,
                                                const model::Dataset& set);

  studies::StudyShots shots_;
  const Simulate simulate_;
  const Progress progress_;
};

}  // namespace airy::trainer

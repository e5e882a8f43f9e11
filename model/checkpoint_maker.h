#pragma once

#include <map>
#include <string>

#include "model/checkpoint.h"
#include "model/nets/network.h"
#include "model/process_group.h"
#include "model/sample_plan.h"
#include "model/scoring.h"
#include "model/trainer.h"
#include "model/training_batch.h"
#include "model/training_state.h"

namespace airy::model {

// Makes checkpoints of a training's networks: half precision, the temperature folded into
// the last layer. Thread-compatible.
class CheckpointMaker {
 public:
  // Borrows all. Scores together with the other processes.
  CheckpointMaker(const TrainerOptions& options, const Dataset& dataset,
                  const SamplePlan& plan, const BatchMaker& batches,
                  const ProcessGroup& processes)
      : options_(options),
        dataset_(dataset),
        plan_(plan),
        batches_(batches),
        processes_(processes) {}

  // Looks at the images for what every checkpoint says of them: once, before the first.
  // As Dataset::Read.
  Status Prepare();
  // What the checkpoint's `data` says: the dataset's description and digest.
  const std::string& data() const { return data_; }

  // While training goes on: with the metrics of the images scored after every epoch.
  // of `size` pixels.
  Checkpoint MakeInterim(const Calibration& calibration, const Metrics& watched, int size,
                         const Network& network) const;
  // At its end, from the state's best network, at `size` pixels: calibrated on the
  // validation images, then scored as the checkpoint is, once, on the test images. Uses
  // the state's average as scratch.
  Result<TrainOutcome> MakeFinal(const TrainingState& state, int size) const;

 private:
  Checkpoint Make(const Calibration& calibration,
                  const std::map<std::string, double>& figures, int size,
                  const Network& network) const;
  PartMetrics Score(const Outputs& outputs, const Calibration& calibration) const;

  const TrainerOptions& options_;
  const Dataset& dataset_;
  const SamplePlan& plan_;
  const BatchMaker& batches_;
  const ProcessGroup& processes_;
  std::string data_;
  InputRange range_;
};

}  // namespace airy::model

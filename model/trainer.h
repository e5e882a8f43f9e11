#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "model/answer_thresholds.h"
#include "model/checkpoint.h"
#include "model/dataset.h"
#include "model/maxima.h"
#include "model/metrics.h"
#include "model/process_group.h"
#include "model/trainer_options.h"
#include "preprocess/frame/result.h"

namespace airy::model {

struct TrainProgress {
  int epoch = 0;  // 1..epochs
  int epochs = 0;
  int size = 0;
  int64_t step = 0;  // 1..steps, over the whole training
  int64_t steps = 0;
  double loss = 0;          // mean over the epoch so far
  double images_per_s = 0;  // over the epoch so far
  double seconds_left = 0;  // the images left at each size's speed, as far as known
  // At the end of an epoch, of the averaged weights: on the validation images, or without
  // such on the test images; at the thresholds a checkpoint would have. Else negative.
  double macro_f1 = -1;
};

// How well a part of the set is answered.
struct PartMetrics {
  Metrics model;
  Metrics constant;  // of the constant answer
};

struct TrainOutcome {
  Checkpoint checkpoint;
  // By which it answers, as Answer() takes them: none for a softmax.
  Thresholds thresholds;
  // Of the checkpoint. Epoch, temperature and thresholds were chosen on the validation
  // images, so that they flatter; the test images were looked at this once.
  std::optional<PartMetrics> validation;
  std::optional<PartMetrics> test;
  // Without validation images: the highest figures of any epoch on the test images, each
  // for itself. The paper reports these; they flatter.
  std::optional<Maxima> maxima;
  int epochs_done = 0;
  int best_epoch = 0;  // whose weights the checkpoint has
  std::string dtype;   // what was chosen
};

// Trains a network on a dataset, alone or together with other processes that were given
// the same: each takes its part of every batch, and all end with the same weights, those
// of one process up to rounding. Process 0 alone writes files, and reads the state that a
// training goes on from. Seeds torch's global generator. Thread-compatible.
class Trainer {
 public:
  // The network has an output for each of the set's classes. InvalidArgument names the
  // option out of range, or labels that a head cannot learn (CheckTruth in loss.h);
  // FailedPrecondition when there are too few images or no positives of a class; for
  // options.init as StartFrom. `dataset` and `processes` outlive the trainer.
  static Result<std::unique_ptr<Trainer>> Create(
      const TrainerOptions& options, const Dataset* dataset,
      const ProcessGroup& processes = ProcessGroup::Alone());
  virtual ~Trainer() = default;
  // Calls `progress` after every step; stops with Cancelled when it returns false.
  // DataLoss when the loss is no longer finite, ResourceExhausted when memory runs out;
  // FailedPrecondition when the state belongs to another training, or another process was
  // given another one; Unavailable when a process has ended; as Dataset::Read for an
  // image that cannot be read. Whatever happens, the checkpoint on disk is that of the
  // best epoch so far.
  virtual Result<TrainOutcome> Fit(
      const std::function<bool(const TrainProgress&)>& progress) = 0;
};

}  // namespace airy::model

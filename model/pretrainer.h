#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/checkpoint.h"
#include "model/dataset.h"
#include "model/trainer.h"
#include "model/trainer_options.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Components of the embedding that pre-training compares; outputs of the network instead
// of classes.
inline constexpr int kPretrainingOutputs = 64;

struct PretrainOutcome {
  // Of the last epoch. Its classes are the components of the embedding, so that it
  // serves as TrainerOptions::init and for nothing else.
  Checkpoint checkpoint;
  int epochs_done = 0;
  std::string dtype;
};

// InvalidArgument for an option out of range, accumulated steps (the loss is that of a
// batch as a whole), or weights to start from.
Status ValidatePretraining(const TrainerOptions& options);

// Teaches a network without labels: two changes of an image by the options' augmentation
// shall look alike to it, and the components of what it sees be independent
// (redundancy_loss.h). All images of the set are used, no label is. Of the options, those
// of loss, parts, averaging, choice and sampling's balance do not matter.
//
// Seeds torch's global generator. Calls `progress` after every step; `macro_f1` stays
// below 0. With a state_path, goes on from there as Trainer does, and writes it after
// every epoch; writes checkpoint_path at the end. Cancelled when `progress` returns
// false; as ValidatePretraining; InvalidArgument for a device this machine lacks or a
// network there is not; FailedPrecondition for less than 2 images; DataLoss when the loss
// is no longer finite; ResourceExhausted when memory runs out; as Dataset::Read.
Result<PretrainOutcome> Pretrain(
    const TrainerOptions& options, const Dataset& dataset,
    const std::function<bool(const TrainProgress&)>& progress);

}  // namespace airy::model

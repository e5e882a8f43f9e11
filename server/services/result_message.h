#pragma once

#include <cstdint>

#include "airy/v1/analysis.pb.h"
#include "airy/v1/types.pb.h"
#include "model/engine.h"
#include "server/pipeline/record.h"

namespace airy::services {

// What the pipeline knows, as messages of airy.v1. Each fills a message from scratch.

// Bit i: probability i reached the model's threshold of class i.
uint16_t LabelsOf(const ClassProbabilities& probabilities,
                  const ClassProbabilities& thresholds);
void FillPrediction(const ClassProbabilities& probabilities, uint16_t labels,
                    v1::Prediction* message);
void FillModelId(const model::ModelInfo& model, v1::ModelId* message);
// All but `missed`, which belongs to a subscriber.
void FillFrameResult(const pipeline::Record& record, bool with_image,
                     v1::FrameResult* message);

}  // namespace airy::services

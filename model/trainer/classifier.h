#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/dataset.h"
#include "model/engine.h"
#include "preprocess/frame/result.h"

namespace airy::trainer {

// What an engine that is warmed up answers to images `indices` of a set, in their order.
// Prints progress to stderr. As Engine::Run; FailedPrecondition when maps cannot be made.
Result<std::vector<ClassProbabilities>> Classify(const model::Dataset& dataset,
                                                 std::span<const int64_t> indices,
                                                 model::Engine* engine);

}  // namespace airy::trainer

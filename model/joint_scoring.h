#pragma once

#include <cstdint>
#include <span>

#include "model/process_group.h"
#include "model/scoring.h"

namespace airy::model {

// RunOn, each process its part of the images; all get the outputs for all of them. Throws
// ProcessLost.
Result<Outputs> RunTogether(const ProcessGroup& processes, const BatchMaker& batches,
                            std::span<const int64_t> indices, int size, int batch,
                            Network* network);

}  // namespace airy::model

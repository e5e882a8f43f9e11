#pragma once

#include <cstdint>

#include "server/pipeline/record.h"

namespace airy::pipeline {

// How long a frame spent where, in seconds; 0 for a stage it did not pass. The form in
// which times leave the process.
struct StageSeconds {
  double decode = 0;
  double queue = 0;  // decoded until preprocessing began
  double preprocess = 0;
  double batch = 0;  // preprocessed until its batch was closed
  double infer = 0;
  double total = 0;  // arrival until published
};

inline StageSeconds ToStageSeconds(const StageTimes& times) {
  const auto between = [](int64_t from_ns, int64_t to_ns) {
    return from_ns == 0 || to_ns == 0 ? 0.0 : static_cast<double>(to_ns - from_ns) * 1e-9;
  };
  return {.decode = between(times.arrival_ns, times.decoded_ns),
          .queue = between(times.decoded_ns, times.preprocess_start_ns),
          .preprocess = between(times.preprocess_start_ns, times.preprocess_end_ns),
          .batch = between(times.preprocess_end_ns, times.infer_start_ns),
          .infer = between(times.infer_start_ns, times.infer_end_ns),
          .total = between(times.arrival_ns, times.published_ns)};
}

}  // namespace airy::pipeline

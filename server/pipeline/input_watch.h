#pragma once

#include <cstdint>
#include <mutex>

#include "model/engine.h"
#include "preprocess/frame/clock.h"
#include "preprocess/frame/image.h"
#include "server/pipeline/source.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"

namespace airy::pipeline {

// Notices when the hits of a source carry other counts than the model was trained on (a
// wrong counts_scale, another gain): the logarithmic activation wants raw counts, so the
// network would answer confidently and wrongly. Counts each hit whose mean count lies
// outside the trained quantiles and warns once a minute while more than a fifth of the
// recent ones do. Thread-safe.
class InputWatch {
 public:
  InputWatch(const SourceInfo& source, telemetry::SourceMetrics& metrics,
             const Clock& clock)
      : source_(source), metrics_(metrics), clock_(clock) {}

  void Observe(const Image& image, const model::ModelInfo& model);

 private:
  const SourceInfo& source_;
  telemetry::SourceMetrics& metrics_;
  const Clock& clock_;
  telemetry::LogLimiter limiter_{60'000'000'000};
  std::mutex mutex_;
  int64_t seen_ = 0;          // guarded by mutex_
  double outside_ratio_ = 0;  // of recent hits; guarded by mutex_
};

}  // namespace airy::pipeline

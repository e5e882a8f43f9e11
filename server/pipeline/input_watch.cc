#include "server/pipeline/input_watch.h"

#include <algorithm>

namespace airy::pipeline {
namespace {

constexpr double kMemoryHits = 64;    // the ratio forgets over about so many hits
constexpr int64_t kHitsToJudge = 32;  // before the first warning
constexpr double kAlarmRatio = 0.2;   // 0.02 are outside by definition of the quantiles

}  // namespace

void InputWatch::Observe(const Image& image, const model::ModelInfo& model) {
  const double mean = image.Mean();
  const bool outside = mean < static_cast<double>(model.input_mean_p01) ||
                       mean > static_cast<double>(model.input_mean_p99);
  if (outside) metrics_.input_out_of_range->Increment();

  double ratio = 0;
  int64_t seen = 0;
  {
    std::lock_guard lock(mutex_);
    seen = ++seen_;
    const double weight = 1 / std::min(static_cast<double>(seen), kMemoryHits);
    outside_ratio_ += weight * ((outside ? 1.0 : 0.0) - outside_ratio_);
    ratio = outside_ratio_;
  }
  metrics_.input_out_of_range_ratio->Set(ratio);
  int64_t suppressed = 0;
  if (seen < kHitsToJudge || ratio <= kAlarmRatio ||
      !limiter_.Allow(clock_.SteadyNs(), &suppressed)) {
    return;
  }
  telemetry::LogWarn("input outside the trained range: check counts_scale",
                     {{"source", source_.name},
                      {"mean_count", mean},
                      {"trained_p01", static_cast<double>(model.input_mean_p01)},
                      {"trained_p99", static_cast<double>(model.input_mean_p99)},
                      {"share_of_recent_hits", ratio},
                      {"counts_scale", source_.counts_scale}});
}

}  // namespace airy::pipeline

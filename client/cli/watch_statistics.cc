#include "client/cli/watch_statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace airy::cli {
namespace {

uint16_t LabelBits(const std::vector<std::string>& labels) {
  unsigned bits = 0;
  for (const std::string& label : labels) {
    const int index = FindClass(label);
    if (index >= 0) bits |= 1U << index;
  }
  return static_cast<uint16_t>(bits);
}

// The smallest value that at least the fraction `p` of all values do not exceed.
double Percentile(std::vector<double>* values, double p) {
  if (values->empty()) return 0;
  const auto rank = static_cast<size_t>(
      std::max(1.0, std::ceil(p * static_cast<double>(values->size()))));
  const auto nth = values->begin() + static_cast<ptrdiff_t>(rank - 1);
  std::nth_element(values->begin(), nth, values->end());
  return *nth;
}

}  // namespace

WatchStatistics::WatchStatistics(int64_t start_ns, int64_t window_ns)
    : start_ns_(start_ns), window_ns_(window_ns) {}

void WatchStatistics::Add(const client::FrameResult& result, int64_t now_ns) {
  const bool classified = result.outcome == client::Outcome::kClassified;
  ++totals_.frames;
  if (result.hit) ++totals_.hits;
  if (result.outcome == client::Outcome::kDropped) {
    ++totals_.drops[result.drop_stage + "/" + result.drop_reason];
  }
  if (classified) totals_.model = result.model;
  totals_.missed = result.missed;
  samples_.push_back({.time_ns = now_ns,
                      .hit = result.hit,
                      .classified = classified,
                      .labels = LabelBits(result.prediction.labels),
                      .total_s = result.seconds.total});
  Forget(now_ns);
}

void WatchStatistics::Forget(int64_t now_ns) {
  while (!samples_.empty() && samples_.front().time_ns <= now_ns - window_ns_) {
    samples_.pop_front();
  }
}

WatchStatistics::Snapshot WatchStatistics::At(int64_t now_ns) {
  Forget(now_ns);
  Snapshot snapshot = totals_;
  std::vector<double> latencies_s;
  int64_t hits = 0;
  std::array<int64_t, kClassCount> labels{};
  for (const Sample& sample : samples_) {
    hits += sample.hit ? 1 : 0;
    if (sample.classified) latencies_s.push_back(sample.total_s);
    for (size_t i = 0; i < labels.size(); ++i) labels[i] += (sample.labels >> i) & 1U;
  }
  const double seconds =
      static_cast<double>(std::clamp(now_ns - start_ns_, int64_t{1}, window_ns_)) * 1e-9;
  const auto frames = static_cast<double>(samples_.size());
  snapshot.frames_per_s = frames / seconds;
  snapshot.hits_per_s = static_cast<double>(hits) / seconds;
  snapshot.hit_ratio = samples_.empty() ? 0 : static_cast<double>(hits) / frames;
  for (size_t i = 0; i < labels.size(); ++i) {
    snapshot.labels_per_s[i] = static_cast<double>(labels[i]) / seconds;
  }
  snapshot.latency_p50_s = Percentile(&latencies_s, 0.5);
  snapshot.latency_p99_s = Percentile(&latencies_s, 0.99);
  return snapshot;
}

}  // namespace airy::cli

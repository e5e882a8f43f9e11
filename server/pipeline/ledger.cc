#include "server/pipeline/ledger.h"

#include <algorithm>
#include <utility>

#include "server/pipeline/source.h"

namespace airy::pipeline {
namespace {

telemetry::SourceMetrics& SeriesOf(telemetry::Metrics& metrics, const Record& record) {
  return metrics.sources[static_cast<size_t>(record.source->index)];
}

// Observes the time between two stages a frame has both passed.
void Observe(telemetry::Histogram* histogram, int64_t begin_ns, int64_t end_ns) {
  if (begin_ns == 0 || end_ns == 0) return;
  histogram->Observe(static_cast<double>(end_ns - begin_ns) * 1e-9);
}

}  // namespace

void Ledger::Classified(std::shared_ptr<Record> record) {
  record->outcome = Outcome::kClassified;
  SeriesOf(metrics_, *record).classified->Increment();
  for (int i = 0; i < kClassCount; ++i) {
    if (HasLabel(*record, i)) metrics_.class_labels[static_cast<size_t>(i)]->Increment();
  }
  Close(std::move(record));
}

void Ledger::Miss(std::shared_ptr<Record> record) {
  record->outcome = Outcome::kMiss;
  SeriesOf(metrics_, *record).misses->Increment();
  Close(std::move(record));
}

void Ledger::Drop(std::shared_ptr<Record> record, Stage stage, DropReason reason) {
  record->outcome = Outcome::kDropped;
  record->drop_stage = stage;
  record->drop_reason = reason;
  record->frame.reset();
  record->image.reset();
  record->map.reset();
  CountDrop(*record, stage, reason);
  Close(std::move(record));
}

void Ledger::HitSaved(const Record& record) {
  SeriesOf(metrics_, record).hits_saved->Increment();
}

void Ledger::HitLost(const Record& record, DropReason reason) {
  CountDrop(record, Stage::kRecorder, reason);
}

void Ledger::Close(std::shared_ptr<Record> record) {
  StageTimes& times = record->times;
  times.published_ns = clock_.SteadyNs();
  if (record->hit.is_hit) SeriesOf(metrics_, *record).hits->Increment();
  Observe(metrics_.decode_seconds, times.arrival_ns, times.decoded_ns);
  Observe(metrics_.queue_seconds, times.decoded_ns, times.preprocess_start_ns);
  Observe(metrics_.preprocess_seconds, times.preprocess_start_ns,
          times.preprocess_end_ns);
  Observe(metrics_.batch_seconds, times.preprocess_end_ns, times.infer_start_ns);
  Observe(metrics_.infer_seconds, times.infer_start_ns, times.infer_end_ns);
  if (record->outcome == Outcome::kClassified) {
    Observe(metrics_.latency_since_arrival_seconds, times.arrival_ns, times.published_ns);
    // Two machines' clocks: below zero only says that they differ.
    const int64_t now_ns = clock_.UnixNs();
    Observe(metrics_.latency_since_detector_seconds, record->detector_time_unix_ns,
            std::max(now_ns, record->detector_time_unix_ns));
  }
  hub_.Publish(std::move(record));
}

void Ledger::CountDrop(const Record& record, Stage stage, DropReason reason) {
  const auto s = static_cast<size_t>(stage);
  const auto r = static_cast<size_t>(reason);
  SeriesOf(metrics_, record).dropped[s][r]->Increment();
  int64_t suppressed = 0;
  if (!limiters_[s][r].Allow(clock_.SteadyNs(), &suppressed)) return;
  telemetry::LogWarn("frame dropped", {{"source", record.id.source},
                                       {"stage", kStageNames[s]},
                                       {"reason", kDropReasonNames[r]},
                                       {"train_id", record.id.train_id},
                                       {"pulse_id", record.id.pulse_id},
                                       {"more", suppressed}});
}

}  // namespace airy::pipeline

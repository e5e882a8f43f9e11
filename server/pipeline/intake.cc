#include "server/pipeline/intake.h"

#include <utility>

#include "server/telemetry/log.h"

namespace airy::pipeline {

std::shared_ptr<Record> OpenRecord(const QueuedFrame& queued) {
  auto record = std::make_shared<Record>();
  record->id = queued.frame.id;
  record->source = queued.source;
  record->detector_time_unix_ns = queued.frame.detector_time_unix_ns;
  record->arrival_unix_ns = queued.frame.arrival_unix_ns;
  record->times.arrival_ns = queued.frame.arrival_steady_ns;
  record->times.decoded_ns = queued.decoded_ns;
  return record;
}

SourceIntake::SourceIntake(const SourceInfo& source, const IdSequenceOptions& ids,
                           FrameQueue& queue, Ledger& ledger,
                           telemetry::SourceMetrics& metrics, const Clock& clock)
    : source_(source),
      queue_(queue),
      ledger_(ledger),
      metrics_(metrics),
      clock_(clock),
      ids_(ids) {}

bool SourceIntake::Submit(Frame frame) {
  frame.id.source = source_.name;
  metrics_.received->Increment();
  FollowIds(frame.id);

  QueuedFrame queued{std::move(frame), &source_, clock_.SteadyNs()};
  std::optional<QueuedFrame> displaced;
  const bool lossless = source_.policy == SourcePolicy::kLossless;
  switch (queue_.Push(queued, lossless ? Overflow::kBlock : Overflow::kDropOldest,
                      &displaced)) {
    case FrameQueue::PushResult::kOk:
      if (displaced) {
        ledger_.Drop(OpenRecord(*displaced), Stage::kIngest, DropReason::kQueueFull);
      }
      return true;
    case FrameQueue::PushResult::kRefused:
      ledger_.Drop(OpenRecord(queued), Stage::kIngest, DropReason::kQueueFull);
      return true;
    case FrameQueue::PushResult::kClosed:
      ledger_.Drop(OpenRecord(queued), Stage::kIngest, DropReason::kShutdown);
      return false;
  }
  return false;
}

void SourceIntake::FollowIds(const FrameId& id) {
  const IdSequence::Observation seen = ids_.Observe(id.train_id, id.pulse_id);
  int64_t suppressed = 0;
  if (seen.missing > 0) {
    metrics_.id_gaps->Increment(static_cast<double>(seen.missing));
    if (gap_limiter_.Allow(clock_.SteadyNs(), &suppressed)) {
      telemetry::LogWarn("frames missing", {{"source", source_.name},
                                            {"before_train", id.train_id},
                                            {"frames", seen.missing},
                                            {"more", suppressed}});
    }
  }
  const char* event = nullptr;
  switch (seen.kind) {
    case IdSequence::Kind::kInOrder:
      return;
    case IdSequence::Kind::kLate:
      metrics_.id_late->Increment();
      event = "frame late";
      break;
    case IdSequence::Kind::kRepeated:
      metrics_.id_repeats->Increment();
      event = "frame repeated";
      break;
    case IdSequence::Kind::kRestarted:
      metrics_.id_restarts->Increment();
      event = "ids restarted";
      break;
  }
  if (order_limiter_.Allow(clock_.SteadyNs(), &suppressed)) {
    telemetry::LogWarn(event, {{"source", source_.name},
                               {"train_id", id.train_id},
                               {"pulse_id", id.pulse_id},
                               {"more", suppressed}});
  }
}

void SourceIntake::Reject(RejectReason reason, const std::string& detail) {
  const auto r = static_cast<size_t>(reason);
  metrics_.rejected[r]->Increment();
  int64_t suppressed = 0;
  if (!reject_limiters_[r].Allow(clock_.SteadyNs(), &suppressed)) return;
  telemetry::LogWarn("message rejected", {{"source", source_.name},
                                          {"reason", kRejectReasonNames[r]},
                                          {"detail", detail},
                                          {"more", suppressed}});
}

void SourceIntake::SetConnected(bool connected) {
  metrics_.connected->Set(connected ? 1 : 0);
  if (connected == connected_) return;
  connected_ = connected;
  telemetry::LogInfo(connected ? "source connected" : "source disconnected",
                     {{"source", source_.name}});
}

}  // namespace airy::pipeline

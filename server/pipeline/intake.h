#pragma once

#include <array>
#include <memory>
#include <string>

#include "preprocess/frame/clock.h"
#include "server/pipeline/bounded_queue.h"
#include "server/pipeline/id_sequence.h"
#include "server/pipeline/ledger.h"
#include "server/pipeline/record.h"
#include "server/pipeline/source.h"
#include "server/telemetry/metrics.h"

namespace airy::pipeline {

// A frame on its way from a source to a frame worker.
struct QueuedFrame {
  Frame frame;
  const SourceInfo* source = nullptr;
  int64_t decoded_ns = 0;
};
using FrameQueue = BoundedQueue<QueuedFrame>;

// The record of a frame that is under way: ids and times so far.
std::shared_ptr<Record> OpenRecord(const QueuedFrame& queued);

// One source's door into the pipeline. Owned by the source's thread.
class SourceIntake final : public Intake {
 public:
  // All references must outlive it.
  SourceIntake(const SourceInfo& source, const IdSequenceOptions& ids, FrameQueue& queue,
               Ledger& ledger, telemetry::SourceMetrics& metrics, const Clock& clock);

  const SourceInfo& source() const override { return source_; }
  bool Submit(Frame frame) override;
  void Reject(RejectReason reason, const std::string& detail) override;
  void SetConnected(bool connected) override;

 private:
  void FollowIds(const FrameId& id);

  const SourceInfo& source_;
  FrameQueue& queue_;
  Ledger& ledger_;
  telemetry::SourceMetrics& metrics_;
  const Clock& clock_;
  IdSequence ids_;
  bool connected_ = false;
  telemetry::LogLimiter gap_limiter_;
  telemetry::LogLimiter order_limiter_;
  std::array<telemetry::LogLimiter, std::size(kRejectReasonNames)> reject_limiters_;
};

}  // namespace airy::pipeline

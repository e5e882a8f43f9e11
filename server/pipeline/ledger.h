#pragma once

#include <array>
#include <memory>

#include "preprocess/frame/clock.h"
#include "server/pipeline/hub.h"
#include "server/pipeline/record.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"

namespace airy::pipeline {

// The one place where a frame's way ends: counts its record by outcome, observes its
// times and hands it to the hub. Whoever holds an unfinished record calls exactly one of
// Classified, Miss and Drop, which is what makes the sums of telemetry::SourceMetrics
// come out. May wait for the recorder when the source is lossless. Thread-safe.
class Ledger {
 public:
  Ledger(Hub& hub, telemetry::Metrics& metrics, const Clock& clock)
      : hub_(hub), metrics_(metrics), clock_(clock) {}

  void Classified(std::shared_ptr<Record> record);
  void Miss(std::shared_ptr<Record> record);
  // Logs the first drop per stage and reason in each second.
  void Drop(std::shared_ptr<Record> record, Stage stage, DropReason reason);

  // For the recorder, which works on published records: a hit was written, or lost.
  void HitSaved(const Record& record);
  void HitLost(const Record& record, DropReason reason);

 private:
  void Close(std::shared_ptr<Record> record);
  void CountDrop(const Record& record, Stage stage, DropReason reason);

  Hub& hub_;
  telemetry::Metrics& metrics_;
  const Clock& clock_;
  std::array<std::array<telemetry::LogLimiter, kDropReasonNames.size()>,
             kStageNames.size()>
      limiters_;
};

}  // namespace airy::pipeline

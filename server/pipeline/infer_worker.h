#pragma once

#include <memory>
#include <span>
#include <vector>

#include "model/engine.h"
#include "preprocess/frame/clock.h"
#include "server/pipeline/batcher.h"
#include "server/pipeline/drain.h"
#include "server/pipeline/input_watch.h"
#include "server/pipeline/ledger.h"
#include "server/telemetry/metrics.h"

namespace airy::pipeline {

// Runs batches through one engine until the batcher is drained. A failed batch costs its
// own frames and requests and nothing else. Owned by the infer thread.
class InferWorker {
 public:
  // All references must outlive it; `watches` by source index.
  InferWorker(model::Engine& engine, Batcher& batcher, Ledger& ledger,
              std::span<const std::unique_ptr<InputWatch>> watches,
              telemetry::Metrics& metrics, const Drain& drain, const Clock& clock);

  void Run();

 private:
  void Process(Batch& batch);
  void Abandon(Batch& batch);
  void FinishFrame(std::shared_ptr<Record> record, const Status& status,
                   const ClassProbabilities& probabilities);
  void FinishRequest(const Batch::Request& request, const Status& status,
                     const ClassProbabilities& probabilities);
  void LogFailure(const Status& status);

  model::Engine& engine_;
  Batcher& batcher_;
  Ledger& ledger_;
  std::span<const std::unique_ptr<InputWatch>> watches_;
  telemetry::Metrics& metrics_;
  const Drain& drain_;
  const Clock& clock_;
  telemetry::LogLimiter failure_limiter_;
  std::vector<const float*> images_;
  std::vector<ClassProbabilities> probabilities_;
};

}  // namespace airy::pipeline

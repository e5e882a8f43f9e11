#include "server/pipeline/infer_worker.h"

#include <cmath>
#include <utility>

#include "server/pipeline/source.h"

namespace airy::pipeline {
namespace {

// Counts near the end of float's range overflow inside the network.
Status CheckFinite(const ClassProbabilities& probabilities) {
  for (const float p : probabilities) {
    if (!std::isfinite(p)) return Internal("the network gave a non-finite probability");
  }
  return OkStatus();
}

}  // namespace

InferWorker::InferWorker(model::Engine& engine, Batcher& batcher, Ledger& ledger,
                         std::span<const std::unique_ptr<InputWatch>> watches,
                         telemetry::Metrics& metrics, const Drain& drain,
                         const Clock& clock)
    : engine_(engine),
      batcher_(batcher),
      ledger_(ledger),
      watches_(watches),
      metrics_(metrics),
      drain_(drain),
      clock_(clock) {}

void InferWorker::Run() {
  Batch batch;
  while (batcher_.Next(&batch)) {
    if (drain_.Expired(clock_)) {
      Abandon(batch);
    } else {
      Process(batch);
    }
  }
}

void InferWorker::Process(Batch& batch) {
  images_.clear();
  for (const auto& frame : batch.frames) {
    images_.push_back(NetworkInput(*frame).pixels().data());
  }
  for (const auto& request : batch.requests) {
    images_.push_back(request.image->pixels().data());
  }
  probabilities_.resize(images_.size());

  metrics_.batch_size->Observe(static_cast<double>(images_.size()));
  const int64_t start_ns = clock_.SteadyNs();
  const Status status = engine_.Run(images_, probabilities_);
  const int64_t end_ns = clock_.SteadyNs();

  size_t i = 0;
  for (auto& record : batch.frames) {
    record->times.infer_start_ns = start_ns;
    record->times.infer_end_ns = end_ns;
    FinishFrame(std::move(record), status, probabilities_[i++]);
  }
  for (const auto& request : batch.requests)
    FinishRequest(request, status, probabilities_[i++]);
}

void InferWorker::FinishFrame(std::shared_ptr<Record> record, const Status& status,
                              const ClassProbabilities& probabilities) {
  const Status answer = status.ok() ? CheckFinite(probabilities) : status;
  if (!answer.ok()) {
    LogFailure(answer);
    ledger_.Drop(std::move(record), Stage::kEngine, DropReason::kEngineError);
    return;
  }
  record->model = batcher_.model();
  record->probabilities = probabilities;
  for (size_t c = 0; c < probabilities.size(); ++c) {
    if (probabilities[c] >= record->model->thresholds[c]) {
      record->labels = static_cast<uint16_t>(record->labels | (1U << c));
    }
  }
  if (record->hit.is_hit) {
    watches_[static_cast<size_t>(record->source->index)]->Observe(*record->image,
                                                                  *record->model);
  }
  ledger_.Classified(std::move(record));
}

void InferWorker::FinishRequest(const Batch::Request& request, const Status& status,
                                const ClassProbabilities& probabilities) {
  const Status answer = status.ok() ? CheckFinite(probabilities) : status;
  if (!answer.ok()) {
    LogFailure(answer);
    metrics_.requests_failed->Increment();
    request.done({Internal(answer.message()), {}, batcher_.model()});
    return;
  }
  metrics_.requests_answered->Increment();
  request.done({OkStatus(), probabilities, batcher_.model()});
}

void InferWorker::LogFailure(const Status& status) {
  int64_t suppressed = 0;
  if (!failure_limiter_.Allow(clock_.SteadyNs(), &suppressed)) return;
  telemetry::LogError("network failed",
                      {{"error", status.ToString()}, {"more", suppressed}});
}

void InferWorker::Abandon(Batch& batch) {
  for (auto& record : batch.frames) {
    ledger_.Drop(std::move(record), Stage::kBatch, DropReason::kShutdown);
  }
  for (const auto& request : batch.requests) {
    metrics_.requests_refused->Increment();
    request.done({Unavailable("the server is shutting down"), {}, batcher_.model()});
  }
}

}  // namespace airy::pipeline

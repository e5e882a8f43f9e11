#include "server/pipeline/batcher.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "server/pipeline/source.h"

namespace airy::pipeline {

Batcher::Batcher(const BatcherOptions& options,
                 std::shared_ptr<const model::ModelInfo> model, Ledger& ledger,
                 telemetry::Metrics& metrics, const Clock& clock)
    : options_(options),
      model_(std::move(model)),
      ledger_(ledger),
      metrics_(metrics),
      clock_(clock),
      frames_(static_cast<size_t>(options.frame_capacity)),
      requests_(static_cast<size_t>(options.request_capacity)) {}

void Batcher::Submit(std::shared_ptr<Record> record) {
  using Lane = BoundedQueue<std::shared_ptr<Record>>;
  const bool lossless = record->source->policy == SourcePolicy::kLossless;
  std::optional<std::shared_ptr<Record>> displaced;
  switch (frames_.Push(record, lossless ? Overflow::kBlock : Overflow::kDropOldest,
                       &displaced)) {
    case Lane::PushResult::kOk:
      Announce();
      if (displaced) {
        ledger_.Drop(std::move(*displaced), Stage::kBatch, DropReason::kQueueFull);
      }
      return;
    case Lane::PushResult::kRefused:
      ledger_.Drop(std::move(record), Stage::kBatch, DropReason::kQueueFull);
      return;
    case Lane::PushResult::kClosed:
      ledger_.Drop(std::move(record), Stage::kBatch, DropReason::kShutdown);
      return;
  }
}

void Batcher::Classify(std::shared_ptr<const Image> image, int64_t deadline_steady_ns,
                       std::shared_ptr<const std::atomic<bool>> cancelled,
                       std::function<void(const Answer&)> done) {
  using Lane = BoundedQueue<Batch::Request>;
  Batch::Request request{std::move(image), clock_.SteadyNs(), deadline_steady_ns,
                         std::move(cancelled), std::move(done)};
  switch (requests_.Push(request, Overflow::kRefuse)) {
    case Lane::PushResult::kOk:
      Announce();
      return;
    case Lane::PushResult::kRefused:
      metrics_.requests_refused->Increment();
      request.done({ResourceExhausted("the request queue holds its limit of " +
                                      std::to_string(requests_.capacity()) + " images"),
                    {},
                    model_});
      return;
    case Lane::PushResult::kClosed:
      metrics_.requests_refused->Increment();
      request.done({Unavailable("the server is shutting down"), {}, model_});
      return;
  }
}

bool Batcher::Next(Batch* batch) {
  batch->frames.clear();
  batch->requests.clear();
  const auto max_size = static_cast<size_t>(options_.max_size);
  for (;;) {
    uint64_t seen = 0;
    bool closed = false;
    {
      std::lock_guard lock(mutex_);
      seen = arrivals_;
      closed = closed_;
    }
    Fill(batch);
    if (batch->size() == max_size) return true;
    if (closed) return batch->size() > 0;

    std::unique_lock lock(mutex_);
    const auto changed = [&] { return closed_ || arrivals_ != seen; };
    if (batch->size() == 0) {
      arrived_.wait(lock, changed);
      continue;
    }
    int64_t oldest_ns = std::numeric_limits<int64_t>::max();
    for (const auto& frame : batch->frames) {
      oldest_ns = std::min(oldest_ns, frame->times.arrival_ns);
    }
    for (const auto& request : batch->requests) {
      oldest_ns = std::min(oldest_ns, request.queued_ns);
    }
    const int64_t left_ns = oldest_ns + options_.max_delay_us * 1000 - clock_.SteadyNs();
    if (left_ns <= 0) return true;
    arrived_.wait_for(lock, std::chrono::nanoseconds(left_ns), changed);
  }
}

void Batcher::Close() {
  frames_.Close();
  requests_.Close();
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  arrived_.notify_all();
}

// Takes from the lanes by turns until the batch is full or both are empty.
void Batcher::Fill(Batch* batch) {
  const auto max_size = static_cast<size_t>(options_.max_size);
  bool more_frames = true;
  bool more_requests = true;
  while (batch->size() < max_size && (more_frames || more_requests)) {
    if (batch->request_turn) {
      more_requests = TakeRequest(batch);
    } else {
      more_frames = TakeFrame(batch);
    }
    batch->request_turn = !batch->request_turn;
  }
}

bool Batcher::TakeFrame(Batch* batch) {
  auto frame = frames_.TryPop();
  if (!frame) return false;
  batch->frames.push_back(std::move(*frame));
  return true;
}

bool Batcher::TakeRequest(Batch* batch) {
  while (auto request = requests_.TryPop()) {
    if (AnswerIfStale(*request)) continue;
    batch->requests.push_back(std::move(*request));
    return true;
  }
  return false;
}

bool Batcher::AnswerIfStale(const Batch::Request& request) {
  if (request.cancelled && request.cancelled->load(std::memory_order_relaxed)) {
    metrics_.requests_cancelled->Increment();
    request.done(
        {Status(StatusCode::kCancelled, "cancelled before it was run"), {}, model_});
    return true;
  }
  if (request.deadline_ns != 0 && clock_.SteadyNs() >= request.deadline_ns) {
    metrics_.requests_expired->Increment();
    request.done({Status(StatusCode::kDeadlineExceeded,
                         "the deadline passed while the image waited for the network"),
                  {},
                  model_});
    return true;
  }
  return false;
}

void Batcher::Announce() {
  {
    std::lock_guard lock(mutex_);
    ++arrivals_;
  }
  arrived_.notify_one();
}

}  // namespace airy::pipeline

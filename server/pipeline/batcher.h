#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "preprocess/frame/clock.h"
#include "server/pipeline/bounded_queue.h"
#include "server/pipeline/inference.h"
#include "server/pipeline/ledger.h"
#include "server/pipeline/record.h"
#include "server/telemetry/metrics.h"

namespace airy::pipeline {

struct BatcherOptions {
  // Never more than the engine's max_batch().
  int max_size = 8;  // 1..512
  // How long the oldest image of a batch may wait for company, counted from its arrival
  // at the daemon.
  int64_t max_delay_us = 2'000;  // 0..10'000'000
  int frame_capacity = 128;      // live hits waiting; 1..65536
  int request_capacity = 256;    // images of clients waiting; 1..65536
};

// What runs through the network at once: records with their image, and clients' images.
struct Batch {
  struct Request {
    std::shared_ptr<const Image> image;
    int64_t queued_ns = 0;
    int64_t deadline_ns = 0;  // 0: none
    std::shared_ptr<const std::atomic<bool>> cancelled;
    std::function<void(const InferenceQueue::Answer&)> done;
  };
  std::vector<std::shared_ptr<Record>> frames;
  std::vector<Request> requests;
  size_t size() const { return frames.size() + requests.size(); }
  bool request_turn = false;  // which lane is served first next time
};

// Two bounded lanes, live frames and clients' requests, out of which batches are made by
// turns, so that neither can starve the other: while both have images waiting, each gets
// half of the network. Thread-safe.
class Batcher final : public InferenceQueue {
 public:
  // All references must outlive it.
  Batcher(const BatcherOptions& options, std::shared_ptr<const model::ModelInfo> model,
          Ledger& ledger, telemetry::Metrics& metrics, const Clock& clock);

  // Takes a record that has its image. When the lane is full, frames of a lossless source
  // wait and of the others the oldest is dropped. Every record is closed in the ledger if
  // it does not reach a batch.
  void Submit(std::shared_ptr<Record> record);

  void Classify(std::shared_ptr<const Image> image, int64_t deadline_steady_ns,
                std::shared_ptr<const std::atomic<bool>> cancelled,
                std::function<void(const Answer&)> done) override;
  std::shared_ptr<const model::ModelInfo> model() const override { return model_; }

  // Waits for the next batch: as soon as max_size images are there or the oldest has
  // waited max_delay. Requests that are late or cancelled are answered here and take no
  // room. False once closed and drained; *batch is then empty.
  bool Next(Batch* batch);

  // Takes nothing more; batches go on until the lanes are empty. Idempotent.
  void Close();

  size_t frames_waiting() const { return frames_.size(); }
  size_t requests_waiting() const { return requests_.size(); }

 private:
  void Fill(Batch* batch);
  bool TakeFrame(Batch* batch);
  bool TakeRequest(Batch* batch);
  bool AnswerIfStale(const Batch::Request& request);
  void Announce();

  const BatcherOptions options_;
  const std::shared_ptr<const model::ModelInfo> model_;
  Ledger& ledger_;
  telemetry::Metrics& metrics_;
  const Clock& clock_;
  BoundedQueue<std::shared_ptr<Record>> frames_;
  BoundedQueue<Batch::Request> requests_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  uint64_t arrivals_ = 0;  // guarded by mutex_
  bool closed_ = false;    // guarded by mutex_
};

}  // namespace airy::pipeline

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "model/engine.h"
#include "preprocess/frame/image.h"

namespace airy::pipeline {

// The door to the batcher for remote requests; live frames and requests share it.
class InferenceQueue {
 public:
  struct Answer {
    Status status;
    ClassProbabilities probabilities{};
    std::shared_ptr<const model::ModelInfo> model;
  };
  virtual ~InferenceQueue() = default;
  // Queues one image as the model sees it (kInputSize squared, see Engine::Run). `done`
  // is called exactly once, on the inference thread or, when the queue is full
  // (ResourceExhausted) or closed (Unavailable), before Classify returns; it must not
  // block. Thread-safe. Work whose `deadline_steady_ns` (0: none) has passed, or whose
  // *cancelled is set, is answered without running.
  virtual void Classify(std::shared_ptr<const Image> image, int64_t deadline_steady_ns,
                        std::shared_ptr<const std::atomic<bool>> cancelled,
                        std::function<void(const Answer&)> done) = 0;
  virtual std::shared_ptr<const model::ModelInfo> model() const = 0;
};

}  // namespace airy::pipeline

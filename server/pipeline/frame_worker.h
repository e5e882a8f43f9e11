#pragma once

#include <memory>
#include <vector>

#include "preprocess/frame/clock.h"
#include "preprocess/transform/preprocessor.h"
#include "server/pipeline/batcher.h"
#include "server/pipeline/drain.h"
#include "server/pipeline/image_pool.h"
#include "server/pipeline/intake.h"
#include "server/pipeline/ledger.h"

namespace airy::pipeline {

// Scores frames and, for hits, makes the network's input, until the queue is drained:
// calibrate, mask, hit?, rescale, map, all of one frame in one go while it is in this
// core's cache. Owned by the work thread.
class FrameWorker {
 public:
  using Preprocessors = std::vector<std::unique_ptr<transform::Preprocessor>>;

  // `preprocessors` by source index. With `classify_misses`, frames that are no hit go to
  // the network too. All references must outlive it.
  FrameWorker(Preprocessors preprocessors, bool classify_misses, FrameQueue& queue,
              Batcher& batcher, Ledger& ledger, ImagePool& images, const Drain& drain,
              const Clock& clock);

  void Run();
  // One frame's way from the queue to the batcher, or to its end in the ledger.
  void Process(QueuedFrame queued);

 private:
  void Refuse(std::shared_ptr<Record> record, const Status& why);

  const Preprocessors preprocessors_;
  const bool classify_misses_;
  FrameQueue& queue_;
  Batcher& batcher_;
  Ledger& ledger_;
  ImagePool& images_;
  const Drain& drain_;
  const Clock& clock_;
  telemetry::LogLimiter refusal_limiter_;
};

}  // namespace airy::pipeline

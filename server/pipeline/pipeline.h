#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "model/engine.h"
#include "preprocess/frame/clock.h"
#include "preprocess/transform/ccf_options.h"
#include "server/pipeline/batcher.h"
#include "server/pipeline/drain.h"
#include "server/pipeline/frame_worker.h"
#include "server/pipeline/hub.h"
#include "server/pipeline/image_pool.h"
#include "server/pipeline/infer_worker.h"
#include "server/pipeline/input_watch.h"
#include "server/pipeline/intake.h"
#include "server/pipeline/ledger.h"
#include "server/pipeline/source.h"
#include "server/pipeline/stage_threads.h"

namespace airy::pipeline {

struct PipelineOptions {
  int worker_threads = 1;          // 1..256
  int frame_queue_capacity = 256;  // frames of all sources waiting; 1..65536
  bool classify_misses = false;    // send frames that are no hit to the network too
  // When set, the network sees these CCF maps of the images.
  std::optional<transform::CcfOptions> ccf;
  BatcherOptions batch;
};

// The labels of the metrics a pipeline with these sources needs.
telemetry::MetricLabels LabelsFor(const std::vector<SourceInfo>& sources);

// Everything between the sources' intakes and the hub: the frame queue, its workers, the
// batcher, one infer thread per engine, and the ledger that closes every frame.
// Thread-safe where not said otherwise.
class Pipeline {
 public:
  // `sources` with the options to follow their ids (the same length), and one or more
  // warm engines. `metrics` and `clock` must outlive it. InvalidArgument for options out
  // of range, no engine, a batch larger than an engine allows, or an engine trained on
  // another input than options.ccf makes; each says which.
  static Result<std::unique_ptr<Pipeline>> Create(
      const PipelineOptions& options, const std::vector<SourceInfo>& sources,
      const std::vector<IdSequenceOptions>& ids,
      std::vector<std::unique_ptr<model::Engine>> engines, telemetry::Metrics& metrics,
      const Clock& clock, OnFailure on_failure);
  ~Pipeline();

  // Starts the threads. Call once, when the consumers of the hub have subscribed.
  void Start();

  // Works off what was taken in until `until_steady_ns`, accounts for the rest as dropped
  // at shutdown, ends the threads and closes the hub. The sources must have stopped:
  // what they submit later is counted but no consumer hears of it. `entering` is told
  // each stage that is waited for. Idempotent; call from one thread.
  void Stop(int64_t until_steady_ns,
            const std::function<void(std::string_view stage)>& entering);

  // The countdown alone, so that a source blocked in Submit comes free before Stop.
  void BeginDrain(int64_t until_steady_ns) { drain_.Begin(until_steady_ns); }

  Hub& hub() { return hub_; }
  Ledger& ledger() { return ledger_; }
  InferenceQueue& inference() { return batcher_; }
  // The door of source `index`; belongs to that source's thread.
  Intake& intake(size_t index) { return *intakes_[index]; }
  // Writes depths and capacities into the metrics' gauges.
  void MeasureQueues();

 private:
  Pipeline(const PipelineOptions& options, const std::vector<SourceInfo>& sources,
           const std::vector<IdSequenceOptions>& ids,
           std::vector<std::unique_ptr<model::Engine>> engines,
           telemetry::Metrics& metrics, const Clock& clock, OnFailure on_failure);
  Status MakeWorkers();

  const PipelineOptions options_;
  const std::vector<SourceInfo> sources_;
  telemetry::Metrics& metrics_;
  const Clock& clock_;
  std::vector<std::unique_ptr<model::Engine>> engines_;
  Drain drain_;
  Hub hub_;
  Ledger ledger_;
  ImagePool images_;
  Batcher batcher_;
  FrameQueue frames_;
  std::vector<std::unique_ptr<InputWatch>> watches_;
  std::vector<std::unique_ptr<SourceIntake>> intakes_;
  std::vector<std::unique_ptr<FrameWorker>> frame_workers_;
  std::vector<std::unique_ptr<InferWorker>> infer_workers_;
  StageThreads infer_;
  StageThreads workers_;
};

}  // namespace airy::pipeline

#include "server/pipeline/pipeline.h"

#include <array>
#include <string>
#include <utility>

namespace airy::pipeline {
namespace {

Status CheckRange(const char* name, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return OkStatus();
  return InvalidArgument(std::string(name) + " must be " + std::to_string(low) + ".." +
                         std::to_string(high) + "; was " + std::to_string(value));
}

Status Check(const PipelineOptions& options) {
  AIRY_TRY(CheckRange("pipeline.worker_threads", options.worker_threads, 1, 256));
  AIRY_TRY(CheckRange("pipeline.frame_queue_capacity", options.frame_queue_capacity, 1,
                      65536));
  AIRY_TRY(CheckRange("batch.max_size", options.batch.max_size, 1, 512));
  AIRY_TRY(CheckRange("batch.max_delay_us", options.batch.max_delay_us, 0, 10'000'000));
  AIRY_TRY(CheckRange("batch.frame_capacity", options.batch.frame_capacity, 1, 65536));
  return CheckRange("batch.request_capacity", options.batch.request_capacity, 1, 65536);
}

// A network shown what it was not trained on answers nonsense with confidence.
Status CheckInput(const std::optional<transform::CcfOptions>& ccf,
                  const model::ModelInfo& model) {
  const std::string shown = transform::DescribeInput(ccf);
  const std::string trained = transform::DescribeInput(model.ccf);
  if (shown == trained) return OkStatus();
  return InvalidArgument("preprocess.input must be what the model \"" + model.name +
                         "\" was trained on, " + trained + "; was " + shown);
}

// In the order of telemetry::Metrics::queues.
constexpr std::array<std::string_view, 3> kQueueNames = {"frames", "batch", "requests"};

template <typename Names>
std::vector<std::string> Strings(const Names& names) {
  return {std::begin(names), std::end(names)};
}

}  // namespace

telemetry::MetricLabels LabelsFor(const std::vector<SourceInfo>& sources) {
  telemetry::MetricLabels labels;
  for (const SourceInfo& source : sources) labels.sources.push_back(source.name);
  labels.classes = Strings(kClassNames);
  labels.drop_stages = Strings(kStageNames);
  labels.drop_reasons = Strings(kDropReasonNames);
  labels.reject_reasons = Strings(kRejectReasonNames);
  labels.queues = Strings(kQueueNames);
  return labels;
}

Result<std::unique_ptr<Pipeline>> Pipeline::Create(
    const PipelineOptions& options, const std::vector<SourceInfo>& sources,
    const std::vector<IdSequenceOptions>& ids,
    std::vector<std::unique_ptr<model::Engine>> engines, telemetry::Metrics& metrics,
    const Clock& clock, OnFailure on_failure) {
  AIRY_TRY(Check(options));
  AIRY_CHECK(sources.size() == ids.size());
  AIRY_CHECK(metrics.sources.size() == sources.size());
  if (engines.empty()) return InvalidArgument("a pipeline needs at least one engine");
  for (const auto& engine : engines) {
    AIRY_TRY(
        CheckRange("batch.max_size", options.batch.max_size, 1, engine->max_batch()));
    AIRY_TRY(CheckInput(options.ccf, engine->info()));
  }
  std::unique_ptr<Pipeline> pipeline(new Pipeline(
      options, sources, ids, std::move(engines), metrics, clock, std::move(on_failure)));
  AIRY_TRY(pipeline->MakeWorkers());
  return pipeline;
}

Pipeline::Pipeline(const PipelineOptions& options, const std::vector<SourceInfo>& sources,
                   const std::vector<IdSequenceOptions>& ids,
                   std::vector<std::unique_ptr<model::Engine>> engines,
                   telemetry::Metrics& metrics, const Clock& clock, OnFailure on_failure)
    : options_(options),
      sources_(sources),
      metrics_(metrics),
      clock_(clock),
      engines_(std::move(engines)),
      ledger_(hub_, metrics, clock),
      images_((options.ccf ? 2 : 1) * static_cast<size_t>(options.batch.frame_capacity)),
      batcher_(options.batch,
               std::make_shared<const model::ModelInfo>(engines_.front()->info()),
               ledger_, metrics, clock),
      frames_(static_cast<size_t>(options.frame_queue_capacity)),
      infer_("infer", on_failure),
      workers_("work", on_failure) {
  for (size_t i = 0; i < sources_.size(); ++i) {
    watches_.push_back(
        std::make_unique<InputWatch>(sources_[i], metrics.sources[i], clock));
    intakes_.push_back(std::make_unique<SourceIntake>(
        sources_[i], ids[i], frames_, ledger_, metrics.sources[i], clock));
  }
  const model::ModelInfo& model = engines_.front()->info();
  metrics.SetModel(model.name, model.version, model.sha256, model.device, model.dtype);
}

Pipeline::~Pipeline() {
  Stop(clock_.SteadyNs(), [](std::string_view) {});
}

Status Pipeline::MakeWorkers() {
  for (int i = 0; i < options_.worker_threads; ++i) {
    FrameWorker::Preprocessors preprocessors;
    for (const SourceInfo& source : sources_) {
      auto made = transform::Preprocessor::Create(
          {source.hit_finder, source.rescale, source.counts_scale, source.mask,
           source.dark, source.mask_rows, source.mask_cols, options_.ccf});
      if (!made.ok()) return made.status().WithContext("source." + source.name);
      preprocessors.push_back(std::move(made).value());
    }
    frame_workers_.push_back(std::make_unique<FrameWorker>(
        std::move(preprocessors), options_.classify_misses, frames_, batcher_, ledger_,
        images_, drain_, clock_));
  }
  for (auto& engine : engines_) {
    infer_workers_.push_back(std::make_unique<InferWorker>(
        *engine, batcher_, ledger_, watches_, metrics_, drain_, clock_));
  }
  return OkStatus();
}

void Pipeline::Start() {
  for (auto& worker : infer_workers_) {
    infer_.Start([&worker = *worker] { worker.Run(); });
  }
  for (auto& worker : frame_workers_) {
    workers_.Start([&worker = *worker] { worker.Run(); });
  }
}

void Pipeline::Stop(int64_t until_steady_ns,
                    const std::function<void(std::string_view)>& entering) {
  drain_.Begin(until_steady_ns);
  frames_.Close();
  entering(workers_.name());
  workers_.Join();
  batcher_.Close();
  entering(infer_.name());
  infer_.Join();
  hub_.Close();
}

void Pipeline::MeasureQueues() {
  const std::array<std::pair<size_t, size_t>, kQueueNames.size()> sizes = {
      {{frames_.size(), frames_.capacity()},
       {batcher_.frames_waiting(), static_cast<size_t>(options_.batch.frame_capacity)},
       {batcher_.requests_waiting(),
        static_cast<size_t>(options_.batch.request_capacity)}}};
  for (size_t i = 0; i < sizes.size(); ++i) {
    metrics_.queues[i].depth->Set(static_cast<double>(sizes[i].first));
    metrics_.queues[i].capacity->Set(static_cast<double>(sizes[i].second));
  }
}

}  // namespace airy::pipeline

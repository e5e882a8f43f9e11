#include "server/telemetry/metrics.h"

#include <prometheus/family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <chrono>
#include <mutex>
#include <sstream>
#include <utility>

namespace airy::telemetry {
namespace {

using prometheus::Family;
using Buckets = Histogram::BucketBoundaries;

// From a decode in tens of microseconds to a stall of seconds.
const Buckets kStageSeconds = {5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01,
                               0.02, 0.05, 0.1,    0.2,  0.5,  1,      2,    5};
// Finer about the tens of milliseconds a batch takes, where p99 is read from.
const Buckets kLatencySeconds = {0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02,
                                 0.025, 0.03,  0.04,  0.05,  0.06,   0.08, 0.1,   0.15,
                                 0.2,   0.3,   0.5,   0.75,  1,      2,    5,     30};
const Buckets kBatchSizes = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

double UnixSeconds() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  std::mutex model_mutex;
  Family<Gauge>* model_info = nullptr;
  Gauge* current_model = nullptr;  // guarded by model_mutex

  Family<Counter>& Counters(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  Family<Gauge>& Gauges(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  }
  Family<Histogram>& Histograms(const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  }

  void AddSources(const MetricLabels& labels, std::vector<SourceMetrics>* sources) {
    auto& received =
        Counters("airy_frames_received_total", "Frames decoded and taken in.");
    auto& dropped = Counters("airy_frames_dropped_total",
                             "Frames lost, by the stage that lost them and the reason.");
    auto& rejected = Counters("airy_messages_rejected_total",
                              "Messages that never became a frame, by reason.");
    auto& gaps = Counters("airy_id_gaps_total", "Frames missing in the sequence of ids.");
    auto& late = Counters("airy_id_late_total",
                          "Frames that arrived after they had been counted as a gap.");
    auto& repeats = Counters("airy_id_repeats_total", "Frames whose id came before.");
    auto& restarts = Counters("airy_id_restarts_total",
                              "Times the sender's ids jumped, as when it is restarted.");
    auto& hits = Counters("airy_hits_total", "Frames the hit finder called hits.");
    auto& misses = Counters("airy_misses_total", "Frames that ended as no hit.");
    auto& classified =
        Counters("airy_classified_total", "Frames the network classified.");
    auto& saved = Counters("airy_hits_saved_total", "Hits written to a file.");
    auto& out_of_range =
        Counters("airy_input_out_of_range_total",
                 "Hits with a mean count outside what the model was trained on.");
    auto& out_of_range_ratio = Gauges(
        "airy_input_out_of_range_ratio",
        "Share of recent hits outside the trained range; 0.02 is expected, 1 is all.");
    auto& connected =
        Gauges("airy_source_connected", "1 while the source delivers, else 0.");
    for (const std::string& name : labels.sources) {
      const prometheus::Labels source = {{"source", name}};
      SourceMetrics& row = sources->emplace_back();
      row.received = &received.Add(source);
      for (const std::string& stage : labels.drop_stages) {
        auto& reasons = row.dropped.emplace_back();
        for (const std::string& reason : labels.drop_reasons) {
          reasons.push_back(
              &dropped.Add({{"source", name}, {"stage", stage}, {"reason", reason}}));
        }
      }
      for (const std::string& reason : labels.reject_reasons) {
        row.rejected.push_back(&rejected.Add({{"source", name}, {"reason", reason}}));
      }
      row.id_gaps = &gaps.Add(source);
      row.id_late = &late.Add(source);
      row.id_repeats = &repeats.Add(source);
      row.id_restarts = &restarts.Add(source);
      row.hits = &hits.Add(source);
      row.misses = &misses.Add(source);
      row.classified = &classified.Add(source);
      row.hits_saved = &saved.Add(source);
      row.input_out_of_range = &out_of_range.Add(source);
      row.input_out_of_range_ratio = &out_of_range_ratio.Add(source);
      row.connected = &connected.Add(source);
    }
  }
};

Metrics::Metrics(const MetricLabels& labels) : families_(std::make_unique<Families>()) {
  Families& f = *families_;
  f.AddSources(labels, &sources);

  auto& by_class = f.Counters("airy_class_total", "Labels given to hits, by class.");
  for (const std::string& name : labels.classes) {
    class_labels.push_back(&by_class.Add({{"class", name}}));
  }
  auto& depth = f.Gauges("airy_queue_depth", "Items waiting in a queue.");
  auto& capacity = f.Gauges("airy_queue_capacity", "Items a queue can hold.");
  for (const std::string& name : labels.queues) {
    queues.push_back({&depth.Add({{"queue", name}}), &capacity.Add({{"queue", name}})});
  }
  auto& stage = f.Histograms("airy_stage_seconds", "Time a frame spent in each stage.");
  decode_seconds = &stage.Add({{"stage", "decode"}}, kStageSeconds);
  queue_seconds = &stage.Add({{"stage", "queue"}}, kStageSeconds);
  preprocess_seconds = &stage.Add({{"stage", "preprocess"}}, kStageSeconds);
  batch_seconds = &stage.Add({{"stage", "batch"}}, kStageSeconds);
  infer_seconds = &stage.Add({{"stage", "infer"}}, kStageSeconds);
  auto& latency = f.Histograms("airy_latency_seconds",
                               "Time from a frame's beginning to its published result.");
  latency_since_arrival_seconds = &latency.Add({{"since", "arrival"}}, kLatencySeconds);
  latency_since_detector_seconds = &latency.Add({{"since", "detector"}}, kLatencySeconds);
  batch_size = &f.Histograms("airy_batch_size", "Images per run of the network.")
                    .Add({}, kBatchSizes);
  auto& requests =
      f.Counters("airy_requests_total", "Images sent by clients, by how they ended.");
  requests_answered = &requests.Add({{"outcome", "answered"}});
  requests_refused = &requests.Add({{"outcome", "refused"}});
  requests_expired = &requests.Add({{"outcome", "expired"}});
  requests_cancelled = &requests.Add({{"outcome", "cancelled"}});
  requests_failed = &requests.Add({{"outcome", "failed"}});
  subscriber_missed =
      &f.Counters("airy_subscriber_missed_total", "Results that slow subscribers lost.")
           .Add({});
  f.model_info = &f.Gauges("airy_model_info", "1 for the model that answers now.");
  f.Gauges("airy_build_info", "1; which build this is.")
      .Add({{"version", AIRY_VERSION}, {"compiler", __VERSION__}})
      .Set(1);
  f.Gauges("process_start_time_seconds", "Start of the process since the Unix epoch.")
      .Add({})
      .Set(UnixSeconds());
}

Metrics::~Metrics() = default;

void Metrics::SetModel(const std::string& name, const std::string& version,
                       const std::string& sha256, const std::string& device,
                       const std::string& dtype) {
  std::lock_guard lock(families_->model_mutex);
  if (families_->current_model != nullptr) {
    families_->model_info->Remove(families_->current_model);
  }
  families_->current_model = &families_->model_info->Add({{"name", name},
                                                          {"version", version},
                                                          {"sha256", sha256},
                                                          {"device", device},
                                                          {"dtype", dtype}});
  families_->current_model->Set(1);
}

std::string Metrics::Render() const {
  std::ostringstream page;
  prometheus::TextSerializer().Serialize(page, families_->registry.Collect());
  return page.str();
}

}  // namespace airy::telemetry

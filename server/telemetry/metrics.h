#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <memory>
#include <string>
#include <vector>

namespace airy::telemetry {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

// The closed lists whose members become label values. Nothing that arrives from outside
// ever becomes a label, so the number of series is fixed at start.
struct MetricLabels {
  std::vector<std::string> sources;
  std::vector<std::string> classes;
  std::vector<std::string> drop_stages;
  std::vector<std::string> drop_reasons;
  std::vector<std::string> reject_reasons;
  std::vector<std::string> queues;
};

// The series of one source. For each source, once the stream is quiet:
//   sent     = received + id_gaps - id_late - id_repeats
//   received = classified + misses + dropped before the recorder, by stage and reason
//   hits     = hits_saved + dropped at the recorder + hits dropped at batch or engine
struct SourceMetrics {
  Counter* received = nullptr;
  std::vector<std::vector<Counter*>> dropped;  // [stage][reason]
  std::vector<Counter*> rejected;              // [reason]
  Counter* id_gaps = nullptr;
  Counter* id_late = nullptr;
  Counter* id_repeats = nullptr;
  Counter* id_restarts = nullptr;
  Counter* hits = nullptr;
  Counter* misses = nullptr;
  Counter* classified = nullptr;
  Counter* hits_saved = nullptr;
  Counter* input_out_of_range = nullptr;
  Gauge* input_out_of_range_ratio = nullptr;
  Gauge* connected = nullptr;
};

struct QueueMetrics {
  Gauge* depth = nullptr;
  Gauge* capacity = nullptr;
};

// Every series of the process, resolved at start: a hot path adds to a pointer and never
// looks a name up. Histograms, never summaries, so that several daemons can be added up.
// All series are thread-safe; the pointers never change after construction.
class Metrics {
 public:
  explicit Metrics(const MetricLabels& labels);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Replaces the series of airy_model_info, which is 1 for the model that answers now.
  void SetModel(const std::string& name, const std::string& version,
                const std::string& sha256, const std::string& device,
                const std::string& dtype);

  // The page a Prometheus server scrapes: text format 0.0.4. Thread-safe.
  std::string Render() const;

  std::vector<SourceMetrics> sources;   // by source index
  std::vector<Counter*> class_labels;   // labels given, by class
  std::vector<QueueMetrics> queues;     // in the order of MetricLabels::queues
  Histogram* decode_seconds = nullptr;  // airy_stage_seconds{stage=...}
  Histogram* queue_seconds = nullptr;
  Histogram* preprocess_seconds = nullptr;
  Histogram* batch_seconds = nullptr;
  Histogram* infer_seconds = nullptr;
  Histogram* latency_since_arrival_seconds = nullptr;
  Histogram* latency_since_detector_seconds = nullptr;
  Histogram* batch_size = nullptr;
  Counter* requests_answered = nullptr;   // airy_requests_total{outcome=...}, per image
  Counter* requests_refused = nullptr;    // the queue was full
  Counter* requests_expired = nullptr;    // the deadline passed
  Counter* requests_cancelled = nullptr;  // the client went away
  Counter* requests_failed = nullptr;     // the engine failed
  Counter* subscriber_missed = nullptr;   // results lost by slow subscribers

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace airy::telemetry

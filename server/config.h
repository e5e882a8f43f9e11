#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "preprocess/frame/result.h"
#include "preprocess/transform/ccf_options.h"
#include "preprocess/transform/hit_finder.h"
#include "preprocess/transform/rescale.h"
#include "server/ingest/zmq_source_options.h"
#include "server/pipeline/id_sequence.h"
#include "server/pipeline/pipeline.h"
#include "server/services/grpc_server.h"
#include "server/sinks/hit_recorder.h"
#include "server/sinks/zmq_publisher.h"
#include "server/telemetry/log.h"
#include "server/web/http_server.h"

namespace airy::server {

struct ServerOptions {
  // Listen on addresses that other machines can reach. Nothing here authenticates.
  bool allow_remote = false;
  int64_t shutdown_budget_ms = 10'000;  // from SIGTERM to the end
};

struct EngineOptions {
  std::string checkpoint = "model/weights/resnet18-log.safetensors";
  std::string device = "auto";
  enum class Dtype { kAuto, kFp32, kBf16 } dtype = Dtype::kAuto;
  int instances = 0;         // 0: as many as fit, see ThreadPlan
  int intra_op_threads = 0;  // 0: likewise
};

// What the network sees of a hit.
struct PreprocessOptions {
  enum class Input { kImage, kCcf } input = Input::kImage;
  int ccf_order = 8;
  transform::CcfOptions::Part ccf_part = transform::CcfOptions::Part::kReal;
  transform::CcfScaling ccf_scaling = transform::CcfScaling::kLog;
  double ccf_inner_radius_px = 17;

  // The maps to make, or none.
  std::optional<transform::CcfOptions> Ccf() const;
};

// An image in a file, used to calibrate a source.
struct CalibrationFile {
  std::string path;     // CXI or HDF5; empty: none
  std::string dataset;  // empty: found by itself
};

struct SourceOptions {
  ingest::ZmqSourceOptions zmq;
  pipeline::IdSequenceOptions ids;
  transform::HitFinderOptions hit_finder;
  transform::RescaleOptions rescale;
  double counts_scale = 1;
  CalibrationFile mask;
  enum class MaskGood { kNonzero, kZero } mask_good = MaskGood::kNonzero;
  CalibrationFile dark;
};

// Everything a person can set, composed of each class's own options; a class never sees
// more than its own. Immutable after start.
struct Config {
  ServerOptions server;
  telemetry::LogOptions log;
  std::map<std::string, SourceOptions> sources;  // by name
  PreprocessOptions preprocess;
  pipeline::PipelineOptions pipeline = DefaultPipeline();
  EngineOptions engine;
  sinks::HitRecorderOptions recorder = DefaultRecorder();
  bool recorder_enabled = true;
  sinks::ZmqPublisherOptions publisher;
  bool publisher_enabled = true;
  services::GrpcServerOptions grpc;
  web::HttpServerOptions web;

 private:
  // 0 worker threads: as many as fit.
  static pipeline::PipelineOptions DefaultPipeline() {
    pipeline::PipelineOptions options;
    options.worker_threads = 0;
    return options;
  }
  static sinks::HitRecorderOptions DefaultRecorder() {
    sinks::HitRecorderOptions options;
    options.folder = "hits";
    return options;
  }
};

// What configures the daemon; a later one wins over an earlier one.
struct ConfigInputs {
  std::string file;                      // TOML; empty: none
  std::vector<std::string> environment;  // "NAME=value"; those called AIRY_SECTION__KEY
  std::vector<std::string> assignments;  // "section.key=value" of --set
};

// A configuration and where each of its values came from.
struct LoadedConfig {
  Config config;
  std::map<std::string, std::string>
      origins;  // key -> "airy.toml:14:12"; absent: default
};

enum class Check : uint8_t {
  kValues,          // against their ranges and against each other
  kValuesAndFiles,  // also that files named are there and the recorder's folder can be
};

// Reads and checks. Fails with InvalidArgument whose message has one line for every
// problem found, each with key, allowed range, value and place. Without any source
// configured there is one, "demo".
Result<LoadedConfig> LoadConfig(const ConfigInputs& inputs, Check check = Check::kValues);

// One line per key, valid TOML: `batch.max_size = 8  # default`.
std::string PrintConfig(const LoadedConfig& loaded);

// A Markdown table of every key with default, range, unit and meaning.
std::string ConfigReference();

}  // namespace airy::server

#include "server/config_schema.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "proto/wire/axis_order.h"
#include "proto/wire/registry.h"

namespace airy::server {
namespace {

constexpr int64_t kGiB = int64_t{1} << 30;

bool IsNotEmpty(std::string_view text) { return !text.empty(); }

// host:port or [host]:port; whether it can be bound shows when it is.
bool IsListenAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view port = text.substr(colon + 1);
  if (port.empty() || port.size() > 5) return false;
  int number = 0;
  for (const char c : port) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  return number <= 65535;
}

// As ZeroMQ writes them, where port * is any free one.
bool IsEndpoint(std::string_view text) {
  const std::string_view rest = text.substr(std::min<size_t>(text.size(), 6));
  if (text.starts_with("ipc://")) return !rest.empty();
  if (!text.starts_with("tcp://")) return false;
  return IsListenAddress(rest) || (rest.size() > 2 && rest.ends_with(":*"));
}

bool IsDevice(std::string_view text) {
  if (text == "auto" || text == "cpu") return true;
  if (!text.starts_with("cuda:")) return false;
  const std::string_view index = text.substr(5);
  return !index.empty() && index.size() <= 3 &&
         std::all_of(index.begin(), index.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

constexpr const char* kListenRange = "host:port, port 0..65535";
constexpr const char* kEndpointRange = "tcp://host:port or ipc://path";
constexpr const char* kPathRange = "a path, or \"\" for none";

void Describe(SectionFields f, ServerOptions* o) {
  f.Bool("allow_remote", &o->allow_remote,
         "Listen on addresses other machines can reach. Nobody is asked who they are.");
  f.Integer(
      "shutdown_budget_ms", &o->shutdown_budget_ms, 2000, 3'600'000, "ms",
      "From SIGTERM to the end. What is queued is worked off for 70 % of it, the rest "
      "is counted as dropped.");
}

void Describe(SectionFields f, telemetry::LogOptions* o) {
  f.Choice("level", &o->level, std::array{"debug", "info", "warn", "error"},
           "The least important lines to write.");
  f.Bool("json", &o->json, "One JSON object per line instead of text.");
}

void Describe(SectionFields f, PreprocessOptions* o) {
  f.Choice(
      "input", &o->input, std::array{"image", "ccf"},
      "What the network sees: the rescaled image, or the cross-correlation (CCF) map "
      "of it. As the model was trained; another is refused at start.");
  f.Integer("ccf_order", &o->ccf_order, 1, 179, "", "Order n of the upper triangle.");
  f.Choice("ccf_part", &o->ccf_part, transform::kCcfPartNames,
           "Of the complex numbers in the upper triangle.");
  f.Choice(
      "ccf_scaling", &o->ccf_scaling, transform::kCcfScalingNames,
      "Of each triangle: logarithm between its 1 % and 99.9 % values, division by its "
      "largest value, or none.");
  f.Number("ccf_inner_radius_px", &o->ccf_inner_radius_px, 0, 110, "pixels of 224",
           "The innermost ring: the edge of the detector's hole.");
}

void Describe(SectionFields f, pipeline::PipelineOptions* o) {
  f.Integer("worker_threads", &o->worker_threads, 0, 256, "",
            "Threads that score and rescale frames; 0 chooses by the cores.");
  f.Integer("frame_queue_capacity", &o->frame_queue_capacity, 1, 65536, "frames",
            "Frames of all sources waiting to be scored.");
  f.Bool("classify_misses", &o->classify_misses,
         "Send frames that are no hit to the network too.");
}

void Describe(SectionFields f, pipeline::BatcherOptions* o) {
  f.Integer("max_size", &o->max_size, 1, 512, "images", "Largest batch.");
  f.Integer("max_delay_us", &o->max_delay_us, 0, 10'000'000, "us",
            "How long an image may wait for company, counted from its arrival.");
  f.Integer("frame_capacity", &o->frame_capacity, 1, 65536, "frames",
            "Hits waiting for the network.");
  f.Integer("request_capacity", &o->request_capacity, 1, 65536, "images",
            "Images of clients waiting for the network; beyond, RESOURCE_EXHAUSTED.");
}

void Describe(SectionFields f, EngineOptions* o) {
  f.Text("checkpoint", &o->checkpoint, "The network: a .safetensors file.");
  f.Text("device", &o->device, "Where it runs; auto takes a GPU where there is one.",
         "\"auto\", \"cpu\" or \"cuda:N\"", IsDevice);
  f.Choice("dtype", &o->dtype, std::array{"auto", "fp32", "bf16"},
           "auto times both at start and takes the faster one that agrees with fp32.");
  f.Integer("instances", &o->instances, 0, 64, "",
            "Copies of the network that run side by side; 0 chooses.");
  f.Integer("intra_op_threads", &o->intra_op_threads, 0, 256, "",
            "Threads inside one run of the network; 0 chooses.");
}

// Begins every file name of a run.
bool IsRunName(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' ||
                  c == '_' || c == '-';
         });
}

void Describe(SectionFields f, sinks::HitRecorderOptions* o, bool* enabled) {
  f.Bool("enabled", enabled, "Sort hits into CXI files.");
  f.Text("directory", &o->folder, "Where the files go; made when it is not there.",
         "a path", IsNotEmpty);
  f.Text("run", &o->run, "Begins every file name.", "1..64 of A-Z, a-z, 0-9, ., _ and -",
         IsRunName);
  f.Integer("max_file_bytes", &o->max_file_bytes, int64_t{1} << 20, 1024 * kGiB, "B",
            "Pixels per file, then the next one is begun.");
  f.Integer("min_free_bytes", &o->min_free_bytes, 0, int64_t{1} << 60, "B",
            "Left alone on the disk.");
  f.Integer("flush_interval_ms", &o->flush_interval_ms, 10, 60'000, "ms",
            "What a killed daemon loses at most.");
  f.Integer("index_interval_ms", &o->index_interval_ms, 100, 3'600'000, "ms",
            "Age of the views per class.");
  f.Integer("retry_interval_ms", &o->retry_interval_ms, 100, 3'600'000, "ms",
            "After a write failed, until the next try.");
  f.Bool("compress", &o->compress, "Shuffle and deflate, for slow sources.");
  f.Integer("mailbox_records", &o->mailbox_records, 1, 100'000, "hits",
            "Waiting to be written; each holds a whole frame in memory.");
}

void Describe(SectionFields f, sinks::ZmqPublisherOptions* o, bool* enabled) {
  f.Bool("enabled", enabled, "Publish results on a ZeroMQ PUB socket.");
  f.Text("endpoint", &o->endpoint, "Where results are published.", kEndpointRange,
         IsEndpoint);
  f.Integer("high_water_mark", &o->high_water_mark, 1, 1'000'000, "messages",
            "Held for each reader; a slower one loses.");
  f.Bool("publish_misses", &o->publish_misses, "Also frames that were no hit.");
  f.Integer("mailbox_records", &o->mailbox_records, 1, 1'000'000, "records",
            "Waiting between the pipeline and the socket.");
}

void Describe(SectionFields f, services::GrpcServerOptions* o) {
  f.Text("listen", &o->address, "The gRPC port; 0 takes a free one.", kListenRange,
         IsListenAddress);
  f.Integer("max_message_bytes", &o->max_message_bytes, 1024, kGiB, "B",
            "Largest request; beyond, RESOURCE_EXHAUSTED.");
  f.Integer("max_memory_bytes", &o->max_memory_bytes, 1024, 1024 * kGiB, "B",
            "Of all requests under way; at least max_message_bytes.");
  f.Integer("max_images", &o->max_images, 1, 4096, "images", "Per Classify request.");
  f.Integer("max_image_edge", &o->max_image_edge, 8, 32768, "pixels",
            "Rows and columns of an image sent by a client.");
  f.Integer("max_subscribers", &o->max_subscribers, 1, 4096, "",
            "Live streams at a time.");
  f.Integer("subscriber_mailbox_results", &o->subscriber_mailbox_results, 1, 65536,
            "results", "Held for each subscriber; a slower one loses the oldest.");
  f.Seconds("keepalive_s", &o->keepalive, 10, 7200,
            "Silent clients are pinged this often.");
}

void Describe(SectionFields f, web::HttpServerOptions* o) {
  f.Text("listen", &o->address,
         "The HTTP port of /metrics, /livez and /readyz; 0 takes a free one.",
         kListenRange, IsListenAddress);
  f.Integer("threads", &o->threads, 1, 64, "", "Requests answered at a time.");
  f.Integer("request_timeout_ms", &o->request_timeout_ms, 100, 600'000, "ms",
            "Then a silent client is dropped.");
}

void DescribeSocket(SectionFields f, ingest::ZmqSourceOptions* o) {
  f.Text("endpoint", &o->endpoint, "Where frames come from.", kEndpointRange, IsEndpoint);
  f.Choice("type", &o->type, ingest::kSocketTypeNames,
           "How: sub hears a PUB, pull a PUSH, req asks a REP.");
  f.Bool("bind", &o->bind, "Wait for the sender to connect instead of connecting to it.");
  f.Choice("policy", &o->policy, std::array{"newest", "lossless"},
           "When something is full: newest drops the oldest frame, lossless makes the "
           "sender wait (pull and req only).");
  f.Integer("high_water_mark", &o->high_water_mark, 1, 1'000'000, "messages",
            "Held by the socket for us.");
  f.Integer("receive_timeout_ms", &o->receive_timeout_ms, 10, 3'600'000, "ms",
            "Of a reply (req), and of a broken connection before it is made anew.");
  f.Integer("max_message_bytes", &o->max_message_bytes, 1024, 1024 * kGiB, "B",
            "Larger messages are refused.");
  const auto protocols = wire::ProtocolNames();
  f.Text("protocol", &o->protocol, "What the sender speaks.",
         OneOf({protocols.begin(), protocols.end()}), [](std::string_view name) {
           const auto known = wire::ProtocolNames();
           return std::find(known.begin(), known.end(), name) != known.end();
         });
}

void Describe(SectionFields f, wire::DecoderOptions* o) {
  f.Text("detector", &o->source,
         "The sender's name for the detector; \"\" takes the first that has the key.");
  f.Text("key", &o->key, "Path of the pixel array in a message.", "a path, not \"\"",
         IsNotEmpty);
  f.Text("axes", &o->axes,
         "Meaning of the array's axes, slowest first: f frame, m module, g gain, y, x.",
         "letters of \"fmgyx\", none twice, with y and x",
         [](std::string_view axes) { return wire::AxisOrder::Parse(axes).ok(); });
  f.Text("pulse_id_key", &o->pulse_id_key,
         "Path of the pulse ids; \"\" numbers the frames of a train.");
  const std::vector<std::string> types = {"any",   "uint8", "uint16",  "uint32",
                                          "int16", "int32", "float32", "float64"};
  f.AddChoice(
      "pixel_type",
      [o] { return o->expected_type ? 1 + static_cast<size_t>(*o->expected_type) : 0; },
      [o](size_t index) {
        o->expected_type.reset();
        if (index > 0) o->expected_type = static_cast<PixelType>(index - 1);
      },
      types, "Any other type is refused.");
}

void Describe(SectionFields f, pipeline::IdSequenceOptions* o) {
  f.Integer("frames_per_train", &o->frames_per_train, 0, 1'000'000, "frames",
            "To count what is missing; 0 learns it from the last train.");
  f.Integer("train_step", &o->train_step, 1, 1'000'000, "",
            "Distance between the ids of successive trains.");
  f.Integer("reorder_trains", &o->reorder_trains, 1, 1'000'000, "trains",
            "An id further behind is a sender that started again.");
  f.Integer("max_gap_trains", &o->max_gap_trains, 1, 1'000'000'000, "trains",
            "A longer jump ahead is a new numbering, not a loss.");
}

void Describe(SectionFields f, SourceOptions* o) {
  DescribeSocket(f, &o->zmq);
  Describe(f, &o->zmq.decoder);
  Describe(f, &o->ids);
  f.Number("threshold_counts", &o->hit_finder.threshold_counts, -1e9, 1e9, "counts",
           "A pixel this far above the dark is lit.");
  f.Integer("min_lit_pixels", &o->hit_finder.min_lit_pixels, 1, int64_t{1} << 32,
            "pixels", "A frame with as many lit pixels is a hit.");
  f.Number("counts_scale", &o->counts_scale, 1e-6, 1e6, "",
           "Multiplies counts before the network sees them.");
  f.Choice("fit", &o->rescale.fit, std::array{"crop", "pad"},
           "Square seen by the network: the largest inside the frame, or around it.");
  f.OptionalNumber("centre_row", &o->rescale.centre_row, 0, 65535, "middle", "pixels",
                   "Centre of the pattern.");
  f.OptionalNumber("centre_col", &o->rescale.centre_col, 0, 65535, "middle", "pixels",
                   "Centre of the pattern.");
  f.Text("mask_file", &o->mask.path, "CXI or HDF5 image of good pixels.", kPathRange);
  f.Text("mask_dataset", &o->mask.dataset, "Its path in the file; \"\" finds it.");
  f.Choice("mask_good", &o->mask_good, std::array{"nonzero", "zero"},
           "Which values of the mask mean a good pixel (CXI: zero).");
  f.Text("dark_file", &o->dark.path, "CXI or HDF5 image of counts without beam.",
         kPathRange);
  f.Text("dark_dataset", &o->dark.dataset, "Its path in the file; \"\" finds it.");
}

}  // namespace

std::vector<ConfigField> DescribeConfig(Config* config) {
  std::vector<ConfigField> fields;
  const auto section = [&](std::string name) {
    return SectionFields(std::move(name), &fields);
  };
  Describe(section("server"), &config->server);
  Describe(section("log"), &config->log);
  for (auto& [name, source] : config->sources) {
    Describe(section("source." + name), &source);
  }
  Describe(section("preprocess"), &config->preprocess);
  Describe(section("pipeline"), &config->pipeline);
  Describe(section("batch"), &config->pipeline.batch);
  Describe(section("engine"), &config->engine);
  Describe(section("recorder"), &config->recorder, &config->recorder_enabled);
  Describe(section("publisher"), &config->publisher, &config->publisher_enabled);
  Describe(section("grpc"), &config->grpc);
  Describe(section("web"), &config->web);
  return fields;
}

bool IsSourceName(std::string_view name) {
  return !name.empty() && name.size() <= 32 &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                  c == '-';
         });
}

}  // namespace airy::server

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "preprocess/frame/classes.h"
#include "preprocess/frame/frame.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"

namespace airy::client {

// Which network answered.
struct ModelId {
  std::string name;
  std::string version;
  std::string sha256;
};

// What the network says of one image.
struct Prediction {
  ClassProbabilities probabilities{};
  std::vector<std::string> labels;  // classes at or above the model's thresholds
};

// The answer to Classify: one prediction per image, in order.
struct Classification {
  std::vector<Prediction> predictions;
  ModelId model;
};

enum class Outcome { kClassified, kMiss, kDropped };

// Seconds a frame spent in each stage; 0 where it did not pass.
struct StageSeconds {
  double decode = 0;
  double queue = 0;
  double preprocess = 0;
  double batch = 0;
  double infer = 0;
  double total = 0;  // arrival at the daemon until published
};

// How one live frame ended; see airy.v1.FrameResult.
struct FrameResult {
  std::string source;
  uint64_t train_id = 0;
  uint64_t pulse_id = 0;
  int64_t detector_time_unix_ns = 0;  // 0: none given
  int64_t arrival_unix_ns = 0;
  Outcome outcome = Outcome::kClassified;
  bool hit = false;
  int64_t lit_pixels = 0;
  Prediction prediction;  // outcome kClassified
  ModelId model;          // outcome kClassified
  StageSeconds seconds;
  std::string drop_stage;      // outcome kDropped
  std::string drop_reason;     // outcome kDropped
  std::optional<Image> image;  // what the network saw, if asked for
  uint64_t missed = 0;         // results this client lost so far by reading too slowly
};

struct ClientOptions {
  std::string address = "127.0.0.1:50051";  // host:port
  std::chrono::milliseconds connect_timeout{5000};
  size_t max_message_bytes = 64 << 20;
};

struct ClassifyOptions {
  float counts_scale = 1;  // multiplies counts before the network sees them
  std::chrono::milliseconds timeout{60'000};
};

struct SubscribeOptions {
  bool hits_only = false;
  std::vector<std::string> classes = {};  // at least one of these; empty: any
  float min_probability = 0;              // 0: the model's thresholds
  std::vector<std::string> sources = {};  // empty: all
  bool with_image = false;
};

// A connection to a running airyd. Thread-safe.
class Client {
 public:
  // Waits for the connection. Unavailable when nobody answers in time.
  static Result<std::unique_ptr<Client>> Connect(const ClientOptions& options);
  ~Client();

  // Classifies images of any shape and type; uint32, int16 and float64 travel as the
  // nearest type the protocol has. All images are classified, or none. Blocks.
  // InvalidArgument names the image and field; ResourceExhausted: too many, or the server
  // is busy; Unavailable: the server went away; DeadlineExceeded: it took too long.
  Result<Classification> Classify(std::span<const PixelView> images,
                                  const ClassifyOptions& options = {});

  // Calls `on_result`, on this thread, for each result published from now on, until the
  // server ends the stream or `stop` is requested: ok in both cases. `on_open`, if given,
  // is called once the subscription is in place.
  Status Subscribe(const SubscribeOptions& options,
                   const std::function<void(const FrameResult&)>& on_result,
                   const std::stop_token& stop = {},
                   const std::function<void()>& on_open = nullptr);

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace airy::client

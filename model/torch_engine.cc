#include "model/torch_engine.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>

#include "model/batch_chunks.h"
#include "model/batch_feeder.h"
#include "model/checkpoint.h"
#include "model/device.h"
#include "model/engine_layouts.h"
#include "model/frame_input.h"
#include "model/nets/head.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/noise_images.h"
#include "preprocess/frame/check.h"
#include "preprocess/frame/image.h"

namespace airy::model {
namespace {

// The farthest a probability may move when activations are rounded to bf16.
constexpr float kAllowedShift = 0.02F;

// False for not-a-number.
bool StaysClose(const std::vector<ClassProbabilities>& a,
                const std::vector<ClassProbabilities>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t c = 0; c < a[i].size(); ++c) {
      if (!(std::abs(a[i][c] - b[i][c]) <= kAllowedShift)) return false;
    }
  }
  return true;
}

BatchFeederOptions FeederOptions(const TorchEngineOptions& options, torch::Device device,
                                 std::vector<int64_t> item_shape,
                                 torch::ScalarType type) {
  auto bytes = static_cast<int64_t>(torch::elementSize(type));
  for (const int64_t edge : item_shape) bytes *= edge;
  return {.device = device,
          .item_shape = std::move(item_shape),
          .type = type,
          .max_batch = options.max_batch,
          .outputs = kClassCount,
          .sizes = device.is_cuda() ? BatchSizes(options.max_batch, bytes)
                                    : std::vector<int>()};
}

class TorchEngine final : public Engine {
 public:
  TorchEngine(const TorchEngineOptions& options, const Checkpoint& checkpoint,
              std::shared_ptr<Network> network, std::optional<FrameInput> frame_input,
              torch::Device device)
      : options_(options),
        head_(checkpoint.info.head),
        network_(std::move(network)),
        frame_input_(std::move(frame_input)),
        device_(device),
        images_(
            FeederOptions(options, device, {1, kInputSize, kInputSize}, torch::kFloat32),
            [this](const torch::Tensor& images) { return Classify(images); }) {
    info_.name = std::filesystem::path(options.checkpoint).stem().string();
    info_.version = checkpoint.info.version;
    info_.sha256 = checkpoint.sha256;
    info_.architecture = checkpoint.info.architecture;
    info_.device = device.str();
    std::ranges::copy(checkpoint.info.thresholds, info_.thresholds.begin());
    info_.ccf = checkpoint.info.ccf;
    info_.input_size = checkpoint.info.input_size;
    info_.input_mean_p01 = checkpoint.info.input_mean_p01;
    info_.input_mean_p99 = checkpoint.info.input_mean_p99;
    if (frame_input_) {
      frames_.emplace(
          FeederOptions(options, device, {options.frames->rows, options.frames->cols},
                        torch::kInt16),
          [this](const torch::Tensor& frames) {
            return Classify(frame_input_->Images(frames));
          });
    }
    Use(options.dtype == Dtype::kBf16 ? kEngineLayouts[2] : kEngineLayouts[0]);
  }

  const ModelInfo& info() const override { return info_; }
  int max_batch() const override { return options_.max_batch; }
  Status Run(std::span<const float* const> images,
             std::span<ClassProbabilities> probabilities) override;
  Status RunFrames(std::span<const uint16_t* const> frames,
                   std::span<ClassProbabilities> probabilities) override;
  Status WarmUp() override;

 private:
  void Use(const LayoutRow& row);
  struct Candidate {
    std::vector<ClassProbabilities> probabilities;  // of the noise
    double seconds_per_image = 0;                   // alone, plus in a full batch
  };
  bool Try(const NoiseImages& noise, double seconds_allowed, Candidate* candidate);
  void ChooseLayout(const NoiseImages& noise);
  torch::Tensor Classify(const torch::Tensor& images);
  std::vector<ClassProbabilities> RunOn(const NoiseImages& noise, int count);
  double BestSeconds(const NoiseImages& noise, int count);
  Status RunThrough(BatchFeeder* feeder, std::span<const void* const> items,
                    std::span<ClassProbabilities> probabilities);

  const TorchEngineOptions options_;
  const Head head_;
  const std::shared_ptr<Network> network_;
  const std::optional<FrameInput> frame_input_;
  const torch::Device device_;
  ModelInfo info_;
  std::unique_ptr<InferenceGraph> graph_;
  BatchFeeder images_;
  std::optional<BatchFeeder> frames_;
};

void TorchEngine::Use(const LayoutRow& row) {
  images_.Forget();
  if (frames_) frames_->Forget();
  graph_ = CreateInferenceGraph(info_.architecture, *network_, row.layout).value();
  info_.dtype = row.dtype;
  info_.memory_format = row.memory_format;
}

// Probabilities [n, kClassCount] of images on the device.
torch::Tensor TorchEngine::Classify(const torch::Tensor& images) {
  return Probabilities(head_, graph_->Run(AverageDown(images, info_.input_size)));
}

Status TorchEngine::RunThrough(BatchFeeder* feeder, std::span<const void* const> items,
                               std::span<ClassProbabilities> probabilities) {
  AIRY_CHECK(items.size() == probabilities.size());
  try {
    feeder->Run(items, probabilities.data()->data());
    return OkStatus();
  } catch (const std::exception& error) {
    return Internal("inference on " + info_.device + " failed: " + FirstLine(error));
  }
}

Status TorchEngine::Run(std::span<const float* const> images,
                        std::span<ClassProbabilities> probabilities) {
  const std::vector<const void*> items(images.begin(), images.end());
  return RunThrough(&images_, items, probabilities);
}

Status TorchEngine::RunFrames(std::span<const uint16_t* const> frames,
                              std::span<ClassProbabilities> probabilities) {
  if (!frames_) return Engine::RunFrames(frames, probabilities);
  const std::vector<const void*> items(frames.begin(), frames.end());
  return RunThrough(&*frames_, items, probabilities);
}

std::vector<ClassProbabilities> TorchEngine::RunOn(const NoiseImages& noise, int count) {
  std::vector<ClassProbabilities> probabilities(static_cast<size_t>(count));
  images_.Run(noise.Pointers(count), probabilities.data()->data());
  return probabilities;
}

double TorchEngine::BestSeconds(const NoiseImages& noise, int count) {
  constexpr int kRepeats = 5;
  double best = 1e9;
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    RunOn(noise, count);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    best = std::min(best, taken.count());
  }
  return best;
}

// Fills `candidate` for the layout in use; false when the processor cannot run it, or
// takes so long for one image that a whole batch is not worth the wait.
bool TorchEngine::Try(const NoiseImages& noise, double seconds_allowed,
                      Candidate* candidate) {
  try {
    candidate->seconds_per_image = BestSeconds(noise, 1);
    if (candidate->seconds_per_image > seconds_allowed) return false;
    candidate->probabilities = RunOn(noise, options_.max_batch);
    candidate->seconds_per_image +=
        BestSeconds(noise, options_.max_batch) / options_.max_batch;
    return true;
  } catch (const std::exception&) {
    if (options_.dtype != Dtype::kAuto) throw;
    return false;
  }
}

void TorchEngine::ChooseLayout(const NoiseImages& noise) {
  std::vector<ClassProbabilities> reference;
  const LayoutRow* fastest = nullptr;
  double least_seconds = std::numeric_limits<double>::infinity();
  for (const LayoutRow& row : kEngineLayouts) {
    const bool is_bf16 = row.layout.type == torch::kBFloat16;
    if (is_bf16 ? options_.dtype == Dtype::kFp32 : options_.dtype == Dtype::kBf16)
      continue;
    Use(row);
    Candidate candidate;
    if (!Try(noise, least_seconds, &candidate)) continue;
    if (reference.empty()) reference = candidate.probabilities;
    if (options_.dtype == Dtype::kAuto &&
        !StaysClose(candidate.probabilities, reference)) {
      continue;
    }
    if (candidate.seconds_per_image < least_seconds) {
      fastest = &row;
      least_seconds = candidate.seconds_per_image;
    }
  }
  if (fastest != nullptr) Use(*fastest);
}

Status TorchEngine::WarmUp() {
  try {
    const NoiseImages noise(info_, options_.max_batch);
    ChooseLayout(noise);
    if (options_.cuda_graphs) {
      images_.Record();
      if (frames_) frames_->Record();
    }
    for (int count = options_.max_batch; count >= 1; --count) RunOn(noise, count);
    if (!frames_) return OkStatus();
    const std::vector<uint16_t> dark(static_cast<size_t>(options_.frames->rows) *
                                     static_cast<size_t>(options_.frames->cols));
    std::vector<ClassProbabilities> probabilities(
        static_cast<size_t>(options_.max_batch));
    for (size_t count = probabilities.size(); count >= 1; count /= 2) {
      const std::vector<const void*> items(count, dark.data());
      frames_->Run(items, probabilities.data()->data());
    }
    return OkStatus();
  } catch (const std::exception& error) {
    return Internal("warm-up on " + info_.device + " failed: " + FirstLine(error));
  }
}

// Results have a place for the eleven classes alone.
Status CheckServedClasses(const CheckpointInfo& info) {
  if (AreTheEleven(info.classes)) return OkStatus();
  return InvalidArgument("classes must be '" + JoinNames(ElevenClasses()) + "'; were '" +
                         JoinNames(info.classes) + "'");
}

}  // namespace

Result<std::unique_ptr<Engine>> CreateTorchEngine(const TorchEngineOptions& options) {
  if (options.max_batch < 1 || options.max_batch > 512) {
    return InvalidArgument("max_batch must be 1..512; was " +
                           std::to_string(options.max_batch));
  }
  AIRY_ASSIGN_OR_RETURN(const torch::Device device, FindDevice(options.device));
  if (options.dtype == Dtype::kBf16 && !RunsBf16(device)) {
    return InvalidArgument(
        "dtype bf16 needs a processor with AVX-512 (BW, VL, DQ), which this one lacks; "
        "'auto' and 'fp32' run here");
  }
  AIRY_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ReadCheckpoint(options.checkpoint));
  if (Status status = CheckServedClasses(checkpoint.info); !status.ok()) {
    return status.WithContext(options.checkpoint);
  }
  try {
    Result<std::shared_ptr<Network>> network =
        CreateNetwork(checkpoint.info.architecture);
    if (!network.ok()) return network.status().WithContext(options.checkpoint);
    if (Status status = LoadWeights(checkpoint.weights, network->get()); !status.ok()) {
      return status.WithContext(options.checkpoint);
    }
    (*network)->to(device);
    (*network)->eval();
    std::optional<FrameInput> frame_input;
    if (options.frames) {
      AIRY_ASSIGN_OR_RETURN(
          frame_input, FrameInput::Create(*options.frames, checkpoint.info.ccf, device));
    }
    return std::unique_ptr<Engine>(std::make_unique<TorchEngine>(
        options, checkpoint, std::move(network).value(), std::move(frame_input), device));
  } catch (const std::exception& error) {
    return Internal("'" + options.checkpoint + "' cannot be prepared on " + device.str() +
                    ": " + FirstLine(error));
  }
}

void SetIntraOpThreads(int threads) { torch::set_num_threads(threads); }

}  // namespace airy::model

#include "model/torch_engine.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <random>

#include "model/ccf_batch.h"
#include "model/checkpoint.h"
#include "model/device.h"
#include "model/nets/head.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "preprocess/frame/check.h"
#include "preprocess/frame/image.h"

namespace airy::model {
namespace {

constexpr int64_t kImageSize = int64_t{kInputSize} * kInputSize;
// The farthest a probability may move when activations are rounded to bf16.
constexpr double kAllowedShift = 0.02;

struct LayoutRow {
  ComputeLayout layout;
  const char* dtype;
  const char* memory_format;
};

// fp32 NCHW first: it is what the others are compared with.
const std::array kLayouts = {
    LayoutRow{{torch::kFloat32, torch::MemoryFormat::Contiguous}, "fp32", "nchw"},
    LayoutRow{
        {torch::kFloat32, torch::MemoryFormat::ChannelsLast}, "fp32", "channels_last"},
    LayoutRow{{torch::kBFloat16, torch::MemoryFormat::Contiguous}, "bf16", "nchw"},
    LayoutRow{
        {torch::kBFloat16, torch::MemoryFormat::ChannelsLast}, "bf16", "channels_last"},
};

class TorchEngine final : public Engine {
 public:
  TorchEngine(const TorchEngineOptions& options, const Checkpoint& checkpoint,
              std::shared_ptr<Network> network, torch::Device device)
      : options_(options),
        head_(checkpoint.info.head),
        network_(std::move(network)),
        device_(device) {
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
    staging_ = torch::zeros({options.max_batch, 1, kInputSize, kInputSize},
                            torch::TensorOptions().pinned_memory(device.is_cuda()));
    Use(options.dtype == Dtype::kBf16 ? kLayouts[2] : kLayouts[0]);
  }

  const ModelInfo& info() const override { return info_; }
  int max_batch() const override { return options_.max_batch; }
  Status Run(std::span<const float* const> images,
             std::span<ClassProbabilities> probabilities) override;
  Status WarmUp() override;

 private:
  void Use(const LayoutRow& row);
  struct Candidate {
    torch::Tensor probabilities;   // of the staged images
    double seconds_per_image = 0;  // alone, plus in a full batch
  };
  bool Try(Candidate* candidate, double seconds_allowed);
  void ChooseLayout();
  void FillStagingWithNoise();
  torch::Tensor Classify(int64_t count);
  double BestSeconds(int64_t count);

  const TorchEngineOptions options_;
  const Head head_;
  const std::shared_ptr<Network> network_;
  const torch::Device device_;
  ModelInfo info_;
  torch::Tensor
      staging_;  // [max_batch, 1, kInputSize, kInputSize], where images are gathered
  std::unique_ptr<InferenceGraph> graph_;
};

void TorchEngine::Use(const LayoutRow& row) {
  graph_ = CreateInferenceGraph(info_.architecture, *network_, row.layout).value();
  info_.dtype = row.dtype;
  info_.memory_format = row.memory_format;
}

// Probabilities [count, kClassCount] on the CPU of the first `count` staged images.
torch::Tensor TorchEngine::Classify(int64_t count) {
  const torch::InferenceMode guard;
  torch::get_num_threads();  // applies the process's number to OpenMP on this thread
  const torch::Tensor images =
      staging_.narrow(0, 0, count).to(device_, /*non_blocking=*/true);
  return Probabilities(head_, graph_->Run(AverageDown(images, info_.input_size)))
      .to(torch::kCPU)
      .contiguous();
}

Status TorchEngine::Run(std::span<const float* const> images,
                        std::span<ClassProbabilities> probabilities) {
  AIRY_CHECK(images.size() == probabilities.size() && !images.empty() &&
             std::ssize(images) <= options_.max_batch);
  try {
    float* staged = staging_.data_ptr<float>();
    for (const float* image : images) {
      std::memcpy(staged, image, kImageSize * sizeof(float));
      staged += kImageSize;
    }
    const torch::Tensor rows = Classify(std::ssize(images));
    std::memcpy(probabilities.data(), rows.data_ptr<float>(), probabilities.size_bytes());
    return OkStatus();
  } catch (const std::exception& error) {
    return Internal("inference on " + info_.device + " failed: " + FirstLine(error));
  }
}

// Counts of the size the model was trained on, or maps of them; warm-up has no better
// images.
void TorchEngine::FillStagingWithNoise() {
  std::mt19937 random(1);
  const float mean =
      std::max(1e-3F, std::sqrt(info_.input_mean_p01 * info_.input_mean_p99));
  std::exponential_distribution<float> counts(1 / mean);
  float* staged = staging_.data_ptr<float>();
  std::generate(staged, staged + staging_.numel(), [&] { return counts(random); });
  if (!info_.ccf) return;
  const CcfBatchMapper ccf =
      CcfBatchMapper::Create(kInputSize, kInputSize, *info_.ccf, {}, torch::kCPU).value();
  for (int64_t i = 0; i < options_.max_batch; ++i) {
    staging_.narrow(0, i, 1).copy_(ccf.Map(staging_.narrow(0, i, 1)));
  }
}

double TorchEngine::BestSeconds(int64_t count) {
  constexpr int kRepeats = 5;
  double best = 1e9;
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    Classify(count);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    best = std::min(best, taken.count());
  }
  return best;
}

// Fills `candidate` for the layout in use; false when the processor cannot run it, or
// takes so long for one image that a whole batch is not worth the wait.
bool TorchEngine::Try(Candidate* candidate, double seconds_allowed) {
  try {
    candidate->seconds_per_image = BestSeconds(1);
    if (candidate->seconds_per_image > seconds_allowed) return false;
    candidate->probabilities = Classify(options_.max_batch);
    candidate->seconds_per_image += BestSeconds(options_.max_batch) / options_.max_batch;
    return true;
  } catch (const std::exception&) {
    if (options_.dtype != Dtype::kAuto) throw;
    return false;
  }
}

void TorchEngine::ChooseLayout() {
  torch::Tensor reference;
  const LayoutRow* fastest = nullptr;
  double least_seconds = std::numeric_limits<double>::infinity();
  for (const LayoutRow& row : kLayouts) {
    const bool is_bf16 = row.layout.type == torch::kBFloat16;
    if (is_bf16 ? options_.dtype == Dtype::kFp32 : options_.dtype == Dtype::kBf16)
      continue;
    Use(row);
    Candidate candidate;
    if (!Try(&candidate, least_seconds)) continue;
    if (!reference.defined()) reference = candidate.probabilities;
    const double shift = (candidate.probabilities - reference).abs().max().item<double>();
    if (options_.dtype == Dtype::kAuto && !(shift <= kAllowedShift)) continue;
    if (candidate.seconds_per_image < least_seconds) {
      fastest = &row;
      least_seconds = candidate.seconds_per_image;
    }
  }
  if (fastest != nullptr) Use(*fastest);
}

Status TorchEngine::WarmUp() {
  try {
    FillStagingWithNoise();
    ChooseLayout();
    for (int count = options_.max_batch; count >= 1; --count) Classify(count);
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
    return std::unique_ptr<Engine>(std::make_unique<TorchEngine>(
        options, checkpoint, std::move(network).value(), device));
  } catch (const std::exception& error) {
    return Internal("'" + options.checkpoint + "' cannot be prepared on " + device.str() +
                    ": " + FirstLine(error));
  }
}

void SetIntraOpThreads(int threads) { torch::set_num_threads(threads); }

}  // namespace airy::model

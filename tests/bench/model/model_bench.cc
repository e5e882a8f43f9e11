// Images per second of every network, served by the engine and trained, each beside a
// bare LibTorch loop over the same network in the same run: the module itself, inputs
// already on the device, in every type and memory format, of which the fastest counts.
#include <torch/torch.h>
#include <torch/version.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/checkpoint.h"
#include "model/device.h"
#include "model/nets/head.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/sgd.h"
#include "model/torch_engine.h"
#include "preprocess/frame/image.h"
#include "tests/bench/model/bench_options.h"
#include "tests/bench/model/timing.h"

namespace airy::model {
namespace {

constexpr auto kNchw = torch::MemoryFormat::Contiguous;
constexpr auto kChannelsLast = torch::MemoryFormat::ChannelsLast;

struct LayoutRow {
  ComputeLayout layout;
  const char* name;
};

constexpr std::array kLayouts = {
    LayoutRow{{torch::kFloat32, kNchw}, "fp32 nchw"},
    LayoutRow{{torch::kFloat32, kChannelsLast}, "fp32 channels_last"},
    LayoutRow{{torch::kBFloat16, kNchw}, "bf16 nchw"},
    LayoutRow{{torch::kBFloat16, kChannelsLast}, "bf16 channels_last"},
};

void PrintLine(const std::string& network, const char* what, int batch,
               const Timing& timing, const std::string& how) {
  std::printf("%-14s %-12s %5d %10.1f %10.2f %10.2f %7lld  %s\n", network.c_str(), what,
              batch, timing.images_per_s, timing.p50_ms, timing.p99_ms,
              static_cast<long long>(timing.calls), how.c_str());
  std::fflush(stdout);
}

std::string ShareOf(const Timing& bare, const Timing& timing) {
  char text[32];
  std::snprintf(text, sizeof text, ", %.0f %% of bare",
                100 * timing.images_per_s / bare.images_per_s);
  return text;
}

std::shared_ptr<Network> NewNetwork(const std::string& architecture,
                                    const ComputeLayout& layout, torch::Device device) {
  torch::manual_seed(1);
  std::shared_ptr<Network> network = CreateNetwork(architecture).value();
  network->to(device);
  network->set_layout(layout);
  return network;
}

torch::Tensor SomeCounts(int batch, torch::Device device) {
  return torch::empty({batch, 1, kInputSize, kInputSize})
      .exponential_(/*lambd=*/0.1)
      .to(device);
}

void Finish(torch::Device device) {
  if (device.is_cuda()) torch::cuda::synchronize(device.index());
}

struct Best {
  Timing timing;
  const char* layout = "none";
};

// The fastest layout, `time` giving the figures of one.
template <typename Time>
Best BestLayout(torch::Device device, const Time& time) {
  Best best;
  for (const LayoutRow& row : kLayouts) {
    if (row.layout.type == torch::kBFloat16 && !RunsBf16(device)) continue;
    const Timing timing = time(row.layout);
    if (timing.images_per_s > best.timing.images_per_s) best = {timing, row.name};
  }
  return best;
}

Timing TimeBareInference(const BenchOptions& options, const std::string& architecture,
                         int batch, const ComputeLayout& layout) {
  const torch::InferenceMode guard;
  const std::shared_ptr<Network> network =
      NewNetwork(architecture, layout, options.device);
  network->eval();
  // Weights are converted once; the first and the last layer stay in float32, as in the
  // engine.
  const std::string first = network->layers().front() + ".weight";
  const std::string last = network->named_children().keys().back() + ".weight";
  for (const auto& item : network->named_parameters()) {
    torch::Tensor parameter = item.value();
    if (parameter.dim() == 4 && item.key() != first && item.key() != last) {
      parameter.set_data(parameter.detach().to(layout.type));
    }
  }
  const torch::Tensor counts = SomeCounts(batch, options.device);
  return TimeCalls(batch, options.seconds, [&] {
    torch::sigmoid(network->forward(counts));
    Finish(options.device);
  });
}

std::optional<FrameOptions> FramesOf(const BenchOptions& options) {
  if (options.frames == 0) return std::nullopt;
  FrameOptions frames;
  frames.rows = options.frames;
  frames.cols = options.frames;
  return frames;
}

Result<std::unique_ptr<Engine>> NewEngine(const BenchOptions& options,
                                          const std::string& architecture) {
  const std::string path =
      (std::filesystem::temp_directory_path() / "airy_model_bench.safetensors").string();
  Checkpoint checkpoint;
  checkpoint.info.architecture = architecture;
  checkpoint.info.version = "bench";
  checkpoint.info.input_mean_p01 = 1;
  checkpoint.info.input_mean_p99 = 100;
  checkpoint.weights =
      StoreWeights(*NewNetwork(architecture, {}, torch::kCPU), TensorType::kF16);
  AIRY_TRY(WriteCheckpoint(path, checkpoint));
  Result<std::unique_ptr<Engine>> engine = CreateTorchEngine(
      {.checkpoint = path,
       .device = options.device_name,
       .dtype = options.dtype,
       .max_batch = *std::max_element(options.batches.begin(), options.batches.end()),
       .frames = FramesOf(options),
       .cuda_graphs = options.graphs});
  std::filesystem::remove(path);
  if (engine.ok()) AIRY_TRY((*engine)->WarmUp());
  return engine;
}

// The engine with `items` of the caller's memory, one batch after the other.
template <typename Run>
Status TimeEngine(const BenchOptions& options, const Engine& engine, const char* what,
                  int batch, const Timing& bare, const Run& run) {
  std::vector<ClassProbabilities> probabilities(static_cast<size_t>(batch));
  Status status;
  const Timing timing = TimeCalls(batch, options.seconds, [&] {
    if (Status answer = run(probabilities); !answer.ok()) status = answer;
  });
  AIRY_TRY(std::move(status));
  PrintLine(
      engine.info().architecture, what, batch, timing,
      engine.info().dtype + " " + engine.info().memory_format + ShareOf(bare, timing));
  return OkStatus();
}

Status RunInference(const BenchOptions& options, const std::string& architecture) {
  AIRY_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine,
                        NewEngine(options, architecture));
  for (const int batch : options.batches) {
    const Best bare = BestLayout(options.device, [&](const ComputeLayout& layout) {
      return TimeBareInference(options, architecture, batch, layout);
    });
    PrintLine(architecture, "bare loop", batch, bare.timing, bare.layout);
    const torch::Tensor counts = SomeCounts(batch, torch::kCPU);
    std::vector<const float*> images;
    for (int i = 0; i < batch; ++i) images.push_back(counts[i].data_ptr<float>());
    AIRY_TRY(TimeEngine(options, *engine, "engine", batch, bare.timing,
                        [&](auto& to) { return engine->Run(images, to); }));
    if (options.frames == 0) continue;
    const torch::Tensor raw =
        torch::randint(0, 100, {batch, options.frames, options.frames}, torch::kInt16);
    std::vector<const uint16_t*> frames;
    for (int i = 0; i < batch; ++i) {
      frames.push_back(static_cast<const uint16_t*>(raw[i].data_ptr()));
    }
    AIRY_TRY(TimeEngine(options, *engine, "raw frames", batch, bare.timing,
                        [&](auto& to) { return engine->RunFrames(frames, to); }));
  }
  return OkStatus();
}

// Steps of training. new_update(network) gives what makes of logits and labels a loss,
// its gradient and new weights.
template <typename NewUpdate>
Best TimeTraining(const BenchOptions& options, const std::string& architecture, int batch,
                  const NewUpdate& new_update) {
  return BestLayout(options.device, [&](const ComputeLayout& layout) {
    const std::shared_ptr<Network> network =
        NewNetwork(architecture, layout, options.device);
    const auto update = new_update(network);
    const torch::Tensor counts = SomeCounts(batch, options.device);
    const torch::Tensor labels =
        torch::randint(0, 2, {batch, kClassCount},
                       torch::TensorOptions(torch::kFloat32).device(options.device));
    return TimeCalls(batch, options.seconds, [&] {
      update(network->forward(counts), labels);
      Finish(options.device);
    });
  });
}

constexpr double kLearningRate = 1e-4;
constexpr double kMomentum = 0.9;

void RunTraining(const BenchOptions& options, const std::string& architecture,
                 int batch) {
  const Best bare = TimeTraining(
      options, architecture, batch, [](const std::shared_ptr<Network>& network) {
        auto optimizer = std::make_shared<torch::optim::SGD>(
            network->parameters(),
            torch::optim::SGDOptions(kLearningRate).momentum(kMomentum).nesterov(true));
        return [optimizer](const torch::Tensor& logits, const torch::Tensor& labels) {
          optimizer->zero_grad();
          torch::binary_cross_entropy_with_logits(logits, labels).backward();
          optimizer->step();
        };
      });
  PrintLine(architecture, "bare train", batch, bare.timing, bare.layout);
  const Best ours = TimeTraining(
      options, architecture, batch, [](const std::shared_ptr<Network>& network) {
        const std::shared_ptr<NesterovSgd> optimizer(
            new NesterovSgd(*network, kMomentum, /*weight_decay=*/{}));
        return [optimizer](const torch::Tensor& logits, const torch::Tensor& labels) {
          optimizer->ZeroGradients();
          NegativeLogLikelihood(Head::kSigmoid, logits, labels).mean().backward();
          optimizer->Step(kLearningRate);
        };
      });
  PrintLine(architecture, "train", batch, ours.timing,
            ours.layout + ShareOf(bare.timing, ours.timing));
}

Status Run(const BenchOptions& options) {
  SetIntraOpThreads(options.threads);
  std::printf("device %s, %d threads, LibTorch %s, images of 224x224\n",
              options.device.str().c_str(), options.threads, TORCH_VERSION);
  std::printf("%-14s %-12s %5s %10s %10s %10s %7s\n", "network", "", "batch", "images/s",
              "p50 ms", "p99 ms", "calls");
  for (const std::string& architecture : options.networks) {
    AIRY_TRY(CreateNetwork(architecture).status());
    if (!options.batches.empty()) AIRY_TRY(RunInference(options, architecture));
    for (const int batch : options.train_batches) {
      RunTraining(options, architecture, batch);
    }
  }
  return OkStatus();
}

Status Main(std::span<const char* const> words) {
  AIRY_ASSIGN_OR_RETURN(const BenchOptions options, ParseBenchOptions(words));
  return Run(options);
}

}  // namespace
}  // namespace airy::model

int main(int argc, char** argv) {
  const std::span<const char* const> words(argv + 1, static_cast<size_t>(argc - 1));
  for (const std::string_view word : words) {
    if (word != "--help") continue;
    std::printf("%s", airy::model::kBenchUsage);
    return 0;
  }
  try {
    const airy::Status status = airy::model::Main(words);
    if (!status.ok()) std::fprintf(stderr, "model_bench: %s\n", status.message().c_str());
    return status.ok() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "model_bench: %s\n", airy::model::FirstLine(error).c_str());
    return 1;
  }
}

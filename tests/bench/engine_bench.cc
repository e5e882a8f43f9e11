// The engine beside a bare LibTorch loop over the same network: the module itself, inputs
// preallocated, in InferenceMode, in every type, memory format and number of threads. The
// last lines give the engine's best as a share of the bare loop's best.
#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "model/checkpoint.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/torch_engine.h"
#include "preprocess/frame/image.h"

namespace airy::model {
namespace {

constexpr char kArchitecture[] = "resnet18-log";
constexpr int kMaxBatch = 8;
constexpr const char* kTypes[] = {"fp32", "bf16"};
constexpr const char* kFormats[] = {"nchw", "channels_last"};

std::shared_ptr<Network> NewNetwork() {
  torch::manual_seed(1);
  std::shared_ptr<Network> network = CreateNetwork(kArchitecture).value();
  network->eval();
  return network;
}

// Weights are converted once; the stem stays in float32, as in the engine.
std::shared_ptr<Network> BareNetwork(const ComputeLayout& layout) {
  std::shared_ptr<Network> network = NewNetwork();
  network->set_layout(layout);
  for (const auto& item : network->named_parameters()) {
    torch::Tensor parameter = item.value();
    if (parameter.dim() == 4 && item.key() != "stem.weight") {
      parameter.set_data(parameter.detach().to(layout.type));
    }
  }
  return network;
}

torch::Tensor SomeCounts(int64_t batch) {
  return torch::empty({batch, 1, kInputSize, kInputSize}).exponential_(0.1);
}

void RunBare(benchmark::State& state, const ComputeLayout& layout, int threads) {
  const torch::InferenceMode guard;
  SetIntraOpThreads(threads);
  const std::shared_ptr<Network> network = BareNetwork(layout);
  const torch::Tensor counts = SomeCounts(state.range(0));
  network->forward(counts);
  for (auto _ : state) {
    benchmark::DoNotOptimize(torch::sigmoid(network->forward(counts)).data_ptr());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

std::unique_ptr<Engine> NewEngine() {
  const std::string path =
      (std::filesystem::temp_directory_path() / "airy_engine_bench.safetensors").string();
  Checkpoint checkpoint;
  checkpoint.info.architecture = kArchitecture;
  checkpoint.info.version = "bench";
  checkpoint.info.input_mean_p01 = 1;
  checkpoint.info.input_mean_p99 = 100;
  checkpoint.weights = StoreWeights(*NewNetwork(), TensorType::kF16);
  if (!WriteCheckpoint(path, checkpoint).ok()) std::abort();
  TorchEngineOptions options;
  options.checkpoint = path;
  options.device = "cpu";
  options.max_batch = kMaxBatch;
  std::unique_ptr<Engine> engine = CreateTorchEngine(options).value();
  std::filesystem::remove(path);
  return engine;
}

void RunEngine(benchmark::State& state, int threads) {
  SetIntraOpThreads(threads);
  const std::unique_ptr<Engine> engine = NewEngine();
  if (!engine->WarmUp().ok()) std::abort();
  const auto batch = static_cast<size_t>(state.range(0));
  const torch::Tensor counts = SomeCounts(state.range(0));
  std::vector<const float*> images;
  for (size_t i = 0; i < batch; ++i) {
    images.push_back(counts[static_cast<int64_t>(i)].data_ptr<float>());
  }
  std::vector<ClassProbabilities> probabilities(batch);
  for (auto _ : state) {
    if (!engine->Run(images, probabilities).ok()) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetLabel(engine->info().dtype + " " + engine->info().memory_format);
}

// Remembers the best of each kind and batch.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  RatioReporter() : ConsoleReporter(OO_None) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      const std::string name = run.benchmark_name();
      const bool is_engine = name.rfind("engine", 0) == 0;
      const std::string batch = name.find("/8/") != std::string::npos ? "8" : "1";
      double& best = best_[batch][is_engine];
      best = std::max(best, run.counters.at("items_per_second").value);
    }
  }
  void PrintRatios() const {
    for (const auto& [batch, best] : best_) {
      if (best.count(true) == 0 || best.count(false) == 0) continue;
      std::printf("batch %s: engine %.1f images/s, bare loop %.1f images/s: %.0f %%\n",
                  batch.c_str(), best.at(true), best.at(false),
                  100 * best.at(true) / best.at(false));
    }
  }

 private:
  std::map<std::string, std::map<bool, double>> best_;  // [batch][is_engine]
};

void RegisterAll() {
  const int all = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::vector<int> thread_counts = {1};
  if (all > 1) thread_counts.push_back(all);
  for (const int threads : thread_counts) {
    const std::string suffix = "/threads" + std::to_string(threads);
    for (size_t type = 0; type < 2; ++type) {
      for (size_t format = 0; format < 2; ++format) {
        const ComputeLayout layout{type == 0 ? torch::kFloat32 : torch::kBFloat16,
                                   format == 0 ? torch::MemoryFormat::Contiguous
                                               : torch::MemoryFormat::ChannelsLast};
        const std::string name =
            std::string("bare/") + kTypes[type] + "/" + kFormats[format] + suffix;
        benchmark::RegisterBenchmark(name.c_str(), RunBare, layout, threads)
            ->Arg(1)
            ->Arg(kMaxBatch)
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
      }
    }
    benchmark::RegisterBenchmark(("engine" + suffix).c_str(), RunEngine, threads)
        ->Arg(1)
        ->Arg(kMaxBatch)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace airy::model

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  airy::model::RegisterAll();
  airy::model::RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.PrintRatios();
}

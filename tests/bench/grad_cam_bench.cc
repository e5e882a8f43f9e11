// Grad-CAM++ maps of all classes at the last layer of ResNet18, in closed form and by a
// backward pass per class, both timed after the forward pass. The last lines give the
// closed form as a share of the forward pass and of the backward passes, best of all.
#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "model/grad_cam.h"
#include "model/nets/registry.h"
#include "model/torch_engine.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/image.h"

namespace airy::model {
namespace {

std::shared_ptr<Network> FrozenNetwork() {
  torch::manual_seed(1);
  std::shared_ptr<Network> network = CreateNetwork("resnet18-log").value();
  network->eval();
  for (torch::Tensor& parameter : network->parameters()) parameter.requires_grad_(false);
  return network;
}

torch::Tensor RandomCounts(int64_t batch) {
  return torch::empty({batch, 1, kInputSize, kInputSize}).exponential_(0.1);
}

void RunForward(benchmark::State& state) {
  const torch::InferenceMode guard;
  const std::shared_ptr<Network> network = FrozenNetwork();
  const torch::Tensor counts = RandomCounts(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(network->forward(counts).data_ptr());
  }
}

void RunMaps(benchmark::State& state, bool closed_form) {
  GradCam cam = GradCam::Create({}, Head::kSigmoid, FrozenNetwork(), closed_form).value();
  const GradCam::Pass pass = cam.Forward(RandomCounts(state.range(0)));
  std::vector<int64_t> classes(kClassCount);
  std::iota(classes.begin(), classes.end(), 0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(cam.Maps(pass, classes).data_ptr());
  }
}

// Remembers the shortest time of each program and batch.
class ShareReporter : public benchmark::ConsoleReporter {
 public:
  ShareReporter() : ConsoleReporter(OO_None) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      const std::string name = run.benchmark_name();
      const size_t slash = name.find('/');
      const std::string batch =
          name.substr(slash + 1, name.find('/', slash + 1) - slash - 1);
      double& best = best_[batch].try_emplace(name.substr(0, slash), 1e9).first->second;
      best = std::min(best, run.GetAdjustedRealTime());
    }
  }
  void PrintShares() const {
    for (const auto& [batch, best] : best_) {
      if (best.size() < 3) continue;
      const double closed = best.at("closed_form");
      std::printf(
          "batch %s: closed form %.3f ms, %.2f %% of the forward pass; %.1f times "
          "as fast as backward passes\n",
          batch.c_str(), closed, 100 * closed / best.at("forward"),
          best.at("backward") / closed);
    }
  }

 private:
  std::map<std::string, std::map<std::string, double>> best_;  // [batch][program], ms
};

}  // namespace
}  // namespace airy::model

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  airy::model::SetIntraOpThreads(1);
  const auto add = [](const char* name, auto run) {
    benchmark::RegisterBenchmark(name, run)->Arg(1)->Arg(8)->UseRealTime()->Unit(
        benchmark::kMillisecond);
  };
  add("forward", airy::model::RunForward);
  add("closed_form", [](benchmark::State& state) { airy::model::RunMaps(state, true); });
  add("backward", [](benchmark::State& state) { airy::model::RunMaps(state, false); });
  airy::model::ShareReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.PrintShares();
}

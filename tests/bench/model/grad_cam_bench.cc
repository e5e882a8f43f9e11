// Grad-CAM++ maps of all eleven classes at the last layer of a ResNet: in closed form,
// beside the forward pass and beside a backward pass per class at the same layer. Both
// ways are timed after the forward pass; of every kind of call the fastest counts.
#include <torch/torch.h>

#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

#include "model/device.h"
#include "model/grad_cam.h"
#include "model/nets/registry.h"
#include "model/torch_engine.h"
#include "model/trainer/flags.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/image.h"
#include "tests/bench/model/timing.h"

namespace airy::model {
namespace {

constexpr char kUsage[] =
    R"(grad_cam_bench [options]: what maps of all classes take, beside the forward pass
  --network resnet18-log --seconds 2 (at least, for each figure)
  --device auto|cpu|cuda:N --threads 1
)";

struct Options {
  std::string network = "resnet18-log";
  std::string device = "auto";
  double seconds = 2;
  int threads = 1;
};

void Finish(const torch::Device& device) {
  if (device.is_cuda()) torch::cuda::synchronize(device.index());
}

Status RunBatch(const Options& options, torch::Device device, int batch) {
  torch::manual_seed(1);
  AIRY_ASSIGN_OR_RETURN(const auto network, CreateNetwork(options.network));
  network->to(device);
  network->eval();
  for (torch::Tensor& parameter : network->parameters()) parameter.requires_grad_(false);
  const torch::Tensor counts = torch::empty({batch, 1, kInputSize, kInputSize})
                                   .exponential_(/*lambd=*/0.1)
                                   .to(device);
  const Timing forward = TimeCalls(batch, options.seconds, [&] {
    const torch::InferenceMode guard;
    network->forward(counts);
    Finish(device);
  });

  std::vector<int64_t> classes(kClassCount);
  std::iota(classes.begin(), classes.end(), 0);
  const auto time_maps = [&](bool in_closed_form) -> Result<Timing> {
    AIRY_ASSIGN_OR_RETURN(GradCam cam,
                          GradCam::Create({}, Head::kSigmoid, network, in_closed_form));
    const GradCam::Pass pass = cam.Forward(counts);
    return TimeCalls(batch, options.seconds, [&] {
      cam.Maps(pass, classes);
      Finish(device);
    });
  };
  AIRY_ASSIGN_OR_RETURN(const Timing closed, time_maps(true));
  AIRY_ASSIGN_OR_RETURN(const Timing backward, time_maps(false));
  std::printf("%5d %9.2f %9.3f %9.3f %10.2f %% %8.1f\n", batch, forward.best_ms,
              closed.best_ms, backward.best_ms, 100 * closed.best_ms / forward.best_ms,
              backward.best_ms / closed.best_ms);
  return OkStatus();
}

Status Run(std::span<const char* const> words) {
  constexpr std::string_view kSwitches[] = {"help"};
  constexpr std::string_view kValued[] = {"network", "device", "seconds", "threads"};
  AIRY_ASSIGN_OR_RETURN(const auto flags,
                        trainer::Flags::Parse(words, kSwitches, kValued));
  if (flags.Has("help")) {
    std::printf("%s", kUsage);
    return OkStatus();
  }
  Options options;
  flags.Text("network", &options.network);
  flags.Text("device", &options.device);
  AIRY_TRY(flags.Number("seconds", 0.01, 1000, &options.seconds));
  AIRY_TRY(flags.Integer("threads", 1, 256, &options.threads));
  AIRY_ASSIGN_OR_RETURN(const torch::Device device, FindDevice(options.device));
  SetIntraOpThreads(options.threads);
  std::printf("%s on %s, %d threads; ms of the fastest call\n", options.network.c_str(),
              device.str().c_str(), options.threads);
  std::printf("batch   forward    closed  backward  of forward  speed-up\n");
  for (const int batch : {1, 8}) AIRY_TRY(RunBatch(options, device, batch));
  return OkStatus();
}

}  // namespace
}  // namespace airy::model

int main(int argc, char** argv) {
  const airy::Status status =
      airy::model::Run({argv + 1, static_cast<size_t>(argc > 0 ? argc - 1 : 0)});
  if (status.ok()) return 0;
  std::fprintf(stderr, "grad_cam_bench: %s\n", status.message().c_str());
  return 1;
}

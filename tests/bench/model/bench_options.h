#pragma once

#include <torch/torch.h>

#include <span>
#include <string>
#include <vector>

#include "model/torch_engine.h"
#include "preprocess/frame/result.h"

namespace airy::model {

inline constexpr char kBenchUsage[] =
    R"(model_bench [options]: images/s of every network, beside bare LibTorch loops
  --networks resnet18-log,resnet50-log,resnet101-log,vgg16-log,vgg19-log
  --batches 1,8          of inference, 1..512; 0: none
  --train-batches 8      of training, 2..512; 0: none
  --frames 0             edge of raw frames that the engine rescales itself, 8..8192,
                         1035 for one; 0: none
  --graphs on|off        whether the engine on a GPU replays CUDA graphs
  --seconds 2            at least, for each line
  --device auto|cpu|cuda:N --dtype auto|fp32|bf16 (of the engine) --threads 1
)";

struct BenchOptions {
  std::vector<std::string> networks = {"resnet18-log", "resnet50-log", "resnet101-log",
                                       "vgg16-log", "vgg19-log"};
  std::vector<int> batches = {1, 8};
  std::vector<int> train_batches = {8};
  int frames = 0;
  bool graphs = true;
  double seconds = 2;
  std::string device_name = "auto";
  torch::Device device = torch::kCPU;
  Dtype dtype = Dtype::kAuto;
  int threads = 1;
};

// InvalidArgument names the option, its value and what is allowed.
Result<BenchOptions> ParseBenchOptions(std::span<const char* const> words);

}  // namespace airy::model

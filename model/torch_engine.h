#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/engine.h"
#include "preprocess/transform/rescale.h"

namespace airy::model {

enum class Dtype { kAuto, kFp32, kBf16 };
inline constexpr std::string_view kDtypeNames[] = {"auto", "fp32", "bf16"};

// What RunFrames takes, and what is done to it before the network sees it: the steps of
// preprocessing, on the device.
struct FrameOptions {
  int rows = 0;
  int cols = 0;
  transform::RescaleOptions rescale;  // to kInputSize
  std::vector<uint8_t> mask;          // as transform::Rescaler::Create takes them
  std::vector<float> dark;
  float counts_scale = 1;  // finite, above 0
};

struct TorchEngineOptions {
  std::string checkpoint;       // a .safetensors file
  std::string device = "auto";  // "cpu", "cuda:N", or "auto": cuda:0 where there is one
  // kAuto times fp32 and bf16 (and both memory layouts) at warm-up and takes the fastest
  // whose probabilities stay within 0.02 of fp32. The first convolution and the logarithm
  // always run in fp32.
  Dtype dtype = Dtype::kAuto;
  int max_batch = 8;  // 1..512
  // Not set: RunFrames refuses.
  std::optional<FrameOptions> frames = std::nullopt;
  // Whether a GPU replays CUDA graphs, recorded at warm-up, or is given operation after
  // operation.
  bool cuda_graphs = true;
};

// Loads a checkpoint into an engine on LibTorch. The engine belongs to the thread that
// calls Run. Nothing in the file is executed. NotFound, DataLoss (not a safetensors file,
// truncated), InvalidArgument (another architecture, class list or shape; each with what
// was found and expected; frame options out of range).
Result<std::unique_ptr<Engine>> CreateTorchEngine(const TorchEngineOptions& options);

// The device that an option like TorchEngineOptions::device means here: "cpu" or
// "cuda:N". InvalidArgument for another name or a device this machine lacks.
Result<std::string> NameOfDevice(const std::string& device);

// Threads LibTorch may use inside one operation, for the whole process. Call once, in
// main.
void SetIntraOpThreads(int threads);

}  // namespace airy::model

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "model/engine.h"

namespace airy::model {

enum class Dtype { kAuto, kFp32, kBf16 };
inline constexpr std::string_view kDtypeNames[] = {"auto", "fp32", "bf16"};

struct TorchEngineOptions {
  std::string checkpoint;       // a .safetensors file
  std::string device = "auto";  // "cpu", "cuda:N", or "auto": cuda:0 where there is one
  // kAuto times fp32 and bf16 (and both memory layouts) at warm-up and takes the fastest
  // whose probabilities stay within 0.02 of fp32. The first convolution and the logarithm
  // always run in fp32.
  Dtype dtype = Dtype::kAuto;
  int max_batch = 8;  // 1..512
};

// Loads a checkpoint into an engine on LibTorch. The engine belongs to the thread that
// calls Run. Nothing in the file is executed. NotFound, DataLoss (not a safetensors file,
// truncated), InvalidArgument (another architecture, class list or shape; each with what
// was found and expected).
Result<std::unique_ptr<Engine>> CreateTorchEngine(const TorchEngineOptions& options);

// Threads LibTorch may use inside one operation, for the whole process. Call once, in
// main.
void SetIntraOpThreads(int threads);

}  // namespace airy::model

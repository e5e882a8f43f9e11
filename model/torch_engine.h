#pragma once

#include <memory>
#include <string>

#include "model/engine.h"

namespace airy::model {

enum class Dtype { kAuto, kFp32, kBf16 };

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

// The device that an option like TorchEngineOptions::device means here: "cpu" or "cuda:N".
// InvalidArgument for another name or a device this machine lacks.
Result<std::string> NameOfDevice(const std::string& device);

// Threads LibTorch may use inside one operation, for the whole process. Call once, in
// main.
void SetIntraOpThreads(int threads);

}  // namespace airy::model

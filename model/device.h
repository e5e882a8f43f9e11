#pragma once

#include <torch/torch.h>

#include <string>

#include "preprocess/frame/result.h"

namespace airy::model {

// "cpu", "cuda:N" or "auto": the GPU number `automatic` where there are any.
// InvalidArgument for another name or a device this machine lacks.
Result<torch::Device> FindDevice(const std::string& name, int automatic = 0);

// Whether the engine's convolutions run in bf16 there: oneDNN's need AVX-512 with its BW,
// VL and DQ parts.
bool RunsBf16(const torch::Device& device);

// Whether memory ran out, of a GPU or of the machine, as opposed to any other error.
bool IsOutOfMemory(const std::exception& error);

// The first line of an exception of LibTorch, whose text goes on with a stack.
std::string FirstLine(const std::exception& error);

}  // namespace airy::model

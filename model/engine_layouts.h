#pragma once

#include <torch/torch.h>

#include <array>

#include "model/nets/network.h"

namespace airy::model {

struct LayoutRow {
  ComputeLayout layout;
  const char* dtype;
  const char* memory_format;
};

// What an engine chooses from. fp32 NCHW first: it is what the others are compared with.
inline constexpr std::array kEngineLayouts = {
    LayoutRow{{torch::kFloat32, torch::MemoryFormat::Contiguous}, "fp32", "nchw"},
    LayoutRow{
        {torch::kFloat32, torch::MemoryFormat::ChannelsLast}, "fp32", "channels_last"},
    LayoutRow{{torch::kBFloat16, torch::MemoryFormat::Contiguous}, "bf16", "nchw"},
    LayoutRow{
        {torch::kBFloat16, torch::MemoryFormat::ChannelsLast}, "bf16", "channels_last"},
};

}  // namespace airy::model

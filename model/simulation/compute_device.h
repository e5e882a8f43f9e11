#pragma once

#include <c10/core/Device.h>

#include <string>

#include "preprocess/frame/result.h"

namespace airy::simulation {

// "cpu" or "cuda:N". InvalidArgument for another name, or for a GPU that is not there.
Result<c10::Device> ComputeDevice(const std::string& name);

}  // namespace airy::simulation

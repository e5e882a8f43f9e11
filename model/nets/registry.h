#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/nets/network.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// A new, randomly initialised network (torch's global seed decides). InvalidArgument
// names the architectures there are.
Result<std::shared_ptr<Network>> CreateNetwork(const std::string& architecture,
                                               int outputs = kClassCount);

// `network`, made by CreateNetwork(architecture), folded for inference. It is copied.
Result<std::unique_ptr<InferenceGraph>> CreateInferenceGraph(
    const std::string& architecture, const Network& network, const ComputeLayout& layout);

}  // namespace airy::model

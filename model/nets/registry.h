#pragma once

#include <memory>
#include <string>

#include "model/nets/network.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// An architecture is named NETWORK, NETWORK-log or NETWORK-logALPHA: "vgg16",
// "resnet18-log" (alpha 0.2), "resnet50-log0.5". Without the logarithmic activation
// (PRE 99, 063309, Eq. 11) counts are divided by 65535.

// A new, randomly initialised network with that many logits, 1..10000 (torch's global
// seed decides). InvalidArgument names the networks there are and the range of alpha.
Result<std::shared_ptr<Network>> CreateNetwork(const std::string& architecture,
                                               int outputs = kClassCount);

// `network`, made by CreateNetwork(architecture), folded for inference. It is copied.
Result<std::unique_ptr<InferenceGraph>> CreateInferenceGraph(
    const std::string& architecture, const Network& network, const ComputeLayout& layout);

}  // namespace airy::model

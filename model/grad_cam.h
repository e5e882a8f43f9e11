#pragma once

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <vector>

#include "model/cam_maps.h"
#include "model/nets/head.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// S of every class, [n, outputs], from logits [n, outputs]: the logit that belongs to the
// class; for the oblate class of the structured head, which has none, the logarithm of
// the sum of exp of those of Round and Elliptical.
torch::Tensor ClassScores(Head head, const torch::Tensor& logits);

// Maps of where a network looked, by Grad-CAM++ (PRE 99, 063309, appendix D). The network
// is in eval mode, in float32, and stays as it is while this is used.
// Thread-compatible.
class GradCam {
 public:
  // InvalidArgument for a layer the network lacks, or activated features where the
  // network has none. `allow_closed_form` false takes a backward pass also where none is
  // needed, to compare with.
  static Result<GradCam> Create(const CamOptions& options, Head head,
                                std::shared_ptr<Network> network,
                                bool allow_closed_form = true);

  struct Pass {
    torch::Tensor features;  // A: [n, c, h, w]
    torch::Tensor logits;    // [n, outputs]
  };
  // counts: [n, 1, h, w].
  Pass Forward(const torch::Tensor& counts);
  // L of Eq. 20 for these classes: [n, classes.size(), h, w], not yet divided by
  // anything.
  torch::Tensor Maps(const Pass& pass, const std::vector<int64_t>& classes) const;

 private:
  GradCam(const CamOptions& options, Head head, std::shared_ptr<Network> network,
          size_t layer, std::optional<PooledTail> tail);

  CamOptions options_;
  Head head_;
  std::shared_ptr<Network> network_;
  size_t layer_;
  std::optional<PooledTail> tail_;  // none: a backward pass
};

}  // namespace airy::model

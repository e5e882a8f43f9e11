#pragma once

#include <torch/torch.h>

namespace airy::model {

// The logarithmic activation of PRE 99, 063309, Eq. 11, elementwise on a tensor of any
// shape:
//   h(x) = sign(x) * alpha * (log(|x| + c0) + c1),  c0 = exp(-1), c1 = 1.
// It is odd and strictly increasing; the argument is raw detector counts, so it runs in
// fp32. Its derivative alpha / (|x| + c0) (Eq. 12) is continuous at 0.
torch::Tensor LogActivation(const torch::Tensor& x, double alpha);

}  // namespace airy::model

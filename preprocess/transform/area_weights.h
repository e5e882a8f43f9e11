#pragma once

#include <vector>

namespace airy::transform {

// Along one axis: which input pixels each output pixel covers, and how much of each.
// Input pixel i covers [i, i + 1).
struct AreaWeights {
  int taps = 0;            // the most input pixels that one output pixel covers, 1..
  std::vector<int> first;  // [output]: the first input pixel it covers
  // [tap * output size + output]: the part of input pixel first + tap it covers, 0..1.
  // 0 for taps beyond what it covers; only those may lie outside the input.
  std::vector<float> weight;
};

// Divides [begin, end) into `output_size` equal parts. What lies outside [0, input_size)
// is covered by nothing.
AreaWeights ComputeAreaWeights(double begin, double end, int input_size, int output_size);

}  // namespace airy::transform

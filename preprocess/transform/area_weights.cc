#include "preprocess/transform/area_weights.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace airy::transform {
namespace {

// A sliver this thin comes from rounding the borders and would only cost a tap.
constexpr double kSliver = 1e-6;

struct Span {
  double begin;
  double end;
  int first;
  int count;
};

Span Cover(double begin, double end, int input_size) {
  Span span{std::max(begin, 0.0), std::min(end, static_cast<double>(input_size)), 0, 0};
  if (span.end - span.begin < kSliver) return span;
  span.first = static_cast<int>(std::floor(span.begin + kSliver));
  span.count = static_cast<int>(std::ceil(span.end - kSliver)) - span.first;
  return span;
}

}  // namespace

AreaWeights ComputeAreaWeights(double begin, double end, int input_size,
                               int output_size) {
  const double step = (end - begin) / output_size;
  std::vector<Span> spans;
  AreaWeights weights;
  weights.taps = 1;
  for (int i = 0; i < output_size; ++i) {
    spans.push_back(Cover(begin + i * step, begin + (i + 1) * step, input_size));
    weights.first.push_back(spans.back().first);
    weights.taps = std::max(weights.taps, spans.back().count);
  }
  weights.weight.resize(static_cast<size_t>(weights.taps) * spans.size());
  for (size_t i = 0; i < spans.size(); ++i) {
    const Span& span = spans[i];
    for (int tap = 0; tap < span.count; ++tap) {
      const double pixel = span.first + tap;
      const double covered = std::min(span.end, pixel + 1) - std::max(span.begin, pixel);
      weights.weight[static_cast<size_t>(tap) * spans.size() + i] =
          static_cast<float>(covered);
    }
  }
  return weights;
}

}  // namespace airy::transform

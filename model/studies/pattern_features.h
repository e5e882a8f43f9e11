#pragma once

#include <span>
#include <vector>

namespace airy::studies {

inline constexpr int kPatternFeatures = 321;

// Numbers that tell a diffraction image's kind whatever its gain and its orientation,
// from 96 rings around the centre, one pixel apart:
//   the logarithm of the mean of each ring, less the mean of these logarithms, and that;
//   per four rings the angular Fourier amplitudes of orders 1..8 over the mean, log;
//   the Fourier amplitudes of the first of these less its moving average: rings on rings.
// The logarithms are of counts + 0.1, so that dark images do not become noise.
// `pixels`: kInputSize squared counts, row-major.
std::vector<float> PatternFeatures(std::span<const float> pixels);

}  // namespace airy::studies

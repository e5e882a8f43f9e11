#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace airy::simulation {

// The noise of PRE 99, 063309, section 5.3: to every pixel of an image is added a number
// drawn evenly from 0 to a bound, which is the median over all images of a set of the
// level's statistic: the mean of an image's pixels, that plus their standard deviation,
// or the largest of them.
enum class NoiseLevel { kNone, kMean, kMeanStd, kMax };

inline constexpr std::array<std::string_view, 4> kNoiseLevelNames = {"none", "mean",
                                                                     "mean-std", "max"};

// The level's statistic of one image of at least one pixel; 0 for kNone.
double NoiseStatistic(NoiseLevel level, std::span<const float> pixels);

// The middle of one or more values; between the two of an even number.
double Median(std::vector<double> values);

// Adds the noise of image `index` to its pixels. The same (seed, index) adds the same
// share of any bound, so that the levels of a set differ in strength alone.
void AddNoise(double bound, uint64_t seed, uint64_t index, std::span<float> pixels);

}  // namespace airy::simulation

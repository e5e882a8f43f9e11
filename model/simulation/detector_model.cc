#include "model/simulation/detector_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace airy::simulation {
namespace {

constexpr int kQuantiles = 1 << 16;

// Sixteen random bits at a time.
class Bits {
 public:
  explicit Bits(Random* random) : random_(random) {}
  size_t Next() {
    if (left_ == 0) {
      word_ = random_->Next();
      left_ = 4;
    }
    const size_t bits = word_ & 0xffff;
    word_ >>= 16;
    --left_;
    return bits;
  }

 private:
  Random* random_;
  uint64_t word_ = 0;
  int left_ = 0;
};

// Solves cdf(x) = p by bisection for the middles of kQuantiles equal shares.
template <typename Cdf>
std::vector<float> QuantileTable(double low, double high, Cdf cdf) {
  std::vector<float> table(kQuantiles);
  double from = low;
  for (int i = 0; i < kQuantiles; ++i) {
    const double p = (i + 0.5) / kQuantiles;
    double a = from, b = high;
    for (int step = 0; step < 40; ++step) {
      const double middle = 0.5 * (a + b);
      (cdf(middle) < p ? a : b) = middle;
    }
    table[static_cast<size_t>(i)] = static_cast<float>(from = a);
  }
  return table;
}

// Above these means the normal approximation replaces the exact draw.
constexpr float kExactPoissonMean = 30;
constexpr int kExactGainPhotons = 8;

int DrawPoisson(float mean, Bits* bits, const std::vector<float>& normal) {
  if (mean > kExactPoissonMean) {
    const float draw = mean + std::sqrt(mean) * normal[bits->Next()];
    return static_cast<int>(std::max(0.0F, draw + 0.5F));
  }
  const double uniform =
      (static_cast<double>(bits->Next() << 16 | bits->Next()) + 0.5) * 0x1p-32;
  int count = 0;
  double term = static_cast<double>(std::exp(-mean)), sum = term;
  constexpr int kFarTail = 120;  // beyond it lies less than a draw can resolve
  while (uniform > sum && count < kFarTail) {
    ++count;
    term *= static_cast<double>(mean) / count;
    sum += term;
  }
  return count;
}

// Gaussian of `sigma` pixels along rows and columns; outside the image there is no light.
void Blur(int size, double sigma, std::vector<float>* image) {
  constexpr int kReach = 4;
  std::array<float, 2 * kReach + 1> taps;
  float sum = 0;
  for (int i = -kReach; i <= kReach; ++i) {
    taps[i + kReach] = static_cast<float>(std::exp(-0.5 * i * i / (sigma * sigma)));
    sum += taps[i + kReach];
  }
  for (float& tap : taps) tap /= sum;

  const auto edge = static_cast<size_t>(size);
  std::vector<float> padded(edge + 2 * kReach);
  for (size_t row = 0; row < edge; ++row) {
    float* line = &(*image)[row * edge];
    std::copy(line, line + edge, padded.begin() + kReach);
    std::fill(line, line + edge, 0.0F);
    for (size_t tap = 0; tap < taps.size(); ++tap) {
      for (size_t col = 0; col < edge; ++col) line[col] += taps[tap] * padded[col + tap];
    }
  }
  std::vector<float> result(image->size());
  for (int row = 0; row < size; ++row) {
    float* line = &result[static_cast<size_t>(row) * edge];
    for (int tap = -kReach; tap <= kReach; ++tap) {
      if (row + tap < 0 || row + tap >= size) continue;
      const float* from = &(*image)[static_cast<size_t>(row + tap) * edge];
      const float weight = taps[tap + kReach];
      for (size_t col = 0; col < edge; ++col) line[col] += weight * from[col];
    }
  }
  *image = std::move(result);
}

// A spot of the plate that glows without light.
void AddHotSpot(int size, Random* random, std::vector<float>* counts) {
  const double scale = size / 1035.0;
  const double radius = std::max(0.5, random->Uniform(1, 2.5) * scale);
  const double peak = random->LogUniform(200, 5000);
  const double distance = 0.48 * size * std::sqrt(random->Uniform());
  const double azimuth = random->Uniform(0, 2 * std::numbers::pi);
  const double row = 0.5 * size + distance * std::sin(azimuth);
  const double col = 0.5 * size + distance * std::cos(azimuth);
  const int reach = static_cast<int>(4 * radius) + 1;
  for (int i = std::max(0, static_cast<int>(row) - reach);
       i <= std::min(size - 1, static_cast<int>(row) + reach); ++i) {
    for (int j = std::max(0, static_cast<int>(col) - reach);
         j <= std::min(size - 1, static_cast<int>(col) + reach); ++j) {
      const double square = (i - row) * (i - row) + (j - col) * (j - col);
      (*counts)[static_cast<size_t>(i) * static_cast<size_t>(size) +
                static_cast<size_t>(j)] +=
          static_cast<float>(peak * std::exp(-0.5 * square / (radius * radius)));
    }
  }
}

}  // namespace

DetectorModel::DetectorModel(int size)
    : size_(size),
      gain_(QuantileTable(0, 10,
                          [](double x) { return 1 - std::exp(-2 * x) * (1 + 2 * x); })),
      normal_(QuantileTable(
          -6, 6, [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); })) {}

std::vector<uint16_t> DetectorModel::Expose(const std::vector<float>& photons,
                                            Random* random) const {
  const double blur = std::max(0.3, random->Uniform(0.6, 1.2) * size_ / 1035);
  std::vector<float> counts(photons.size());
  Bits bits(random);
  for (size_t i = 0; i < photons.size(); ++i) {
    if (photons[i] <= 0) continue;
    const int detected = DrawPoisson(photons[i], &bits, normal_);
    if (detected == 0) continue;
    float gain = 0;
    if (detected <= kExactGainPhotons) {
      for (int photon = 0; photon < detected; ++photon) gain += gain_[bits.Next()];
    } else {
      const float mean = static_cast<float>(detected);
      gain = std::max(0.0F, mean + std::sqrt(0.5F * mean) * normal_[bits.Next()]);
    }
    const float light = kCountsPerPhoton * gain;
    counts[i] = light / (1 + light / kSaturationCounts);
  }
  const int hot_spots = 1 + random->Below(3);
  for (int i = 0; i < hot_spots; ++i) AddHotSpot(size_, random, &counts);
  Blur(size_, blur, &counts);

  std::vector<uint16_t> digits(counts.size());
  for (size_t i = 0; i < counts.size(); ++i) {
    const float value =
        counts[i] + kOffsetCounts + kReadNoiseCounts * normal_[bits.Next()] + 0.5F;
    digits[i] = static_cast<uint16_t>(std::clamp(value, 0.0F, 65535.0F));
  }
  return digits;
}

}  // namespace airy::simulation

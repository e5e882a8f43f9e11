#include "model/simulation/detector_model.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/simulation/plate_faults.h"
#include "model/simulation/random_words.h"
#include "model/simulation/shot_noise.h"
#include "model/simulation/vector_math.h"

namespace airy::simulation {
namespace {

using transform::RunAt;

constexpr size_t kReach = 4;  // of the blur, to either side
constexpr size_t kRows = 2 * kReach + 1;
using Taps = std::array<float, kReach + 1>;  // from the middle outwards

Taps GaussianTaps(double sigma) {
  Taps taps;
  double sum = 0;
  for (size_t i = 0; i < taps.size(); ++i) {
    const double distance = static_cast<double>(i);
    const double tap = std::exp(-0.5 * distance * distance / (sigma * sigma));
    taps[i] = static_cast<float>(tap);
    sum += i == 0 ? tap : 2 * tap;
  }
  for (float& tap : taps) tap /= static_cast<float>(sum);
  return taps;
}

// The weighted sum of nine rows.
struct SumRows {
  AIRY_SIMD_KERNEL void Run(size_t count, const std::array<const float*, kRows>* rows,
                            const Taps* taps, float factor, float* __restrict out) {
    const auto row = [&](size_t i) { return (*rows)[i]; };
    const float* __restrict r0 = row(0);
    const float* __restrict r1 = row(1);
    const float* __restrict r2 = row(2);
    const float* __restrict r3 = row(3);
    const float* __restrict r4 = row(4);
    const float* __restrict r5 = row(5);
    const float* __restrict r6 = row(6);
    const float* __restrict r7 = row(7);
    const float* __restrict r8 = row(8);
    const float t0 = (*taps)[0] * factor, t1 = (*taps)[1] * factor,
                t2 = (*taps)[2] * factor, t3 = (*taps)[3] * factor,
                t4 = (*taps)[4] * factor;
    for (size_t i = 0; i < count; ++i) {
      out[i] = t0 * r4[i] + t1 * (r3[i] + r5[i]) + t2 * (r2[i] + r6[i]) +
               t3 * (r1[i] + r7[i]) + t4 * (r0[i] + r8[i]);
    }
  }
};

struct Subtract {
  AIRY_SIMD_KERNEL void Run(size_t count, const float* __restrict photons,
                            float* __restrict counts) {
    for (size_t i = 0; i < count; ++i) {
      const float rest = counts[i] - DetectorModel::kCountsPerPhoton * photons[i];
      counts[i] = rest > 0 ? rest : 0.0F;
    }
  }
};

struct Respond {
  AIRY_SIMD_KERNEL void Run(size_t count, float gamma, float* __restrict counts) {
    constexpr float kDark = 1e-6F;
    for (size_t i = 0; i < count; ++i) {
      const float relative = counts[i] * (1 / DetectorModel::kReferenceCounts);
      const float response = Exp(gamma * Log(relative > kDark ? relative : kDark));
      counts[i] = relative > kDark ? response * DetectorModel::kReferenceCounts : 0.0F;
    }
  }
};

struct Digitise {
  AIRY_SIMD_KERNEL void Run(size_t count, const float* __restrict counts,
                            const float* __restrict normals,
                            uint16_t* __restrict digits) {
    for (size_t i = 0; i < count; ++i) {
      const float value = counts[i] + (DetectorModel::kOffsetCounts + 0.5F) +
                          DetectorModel::kReadNoiseCounts * normals[i];
      const float positive = value > 0 ? value : 0.0F;
      const float inside = positive < 65535 ? positive : 65535.0F;
      digits[i] = static_cast<uint16_t>(static_cast<int32_t>(inside));
    }
  }
};

}  // namespace

// The rows of an image one after the other, blurred by a Gaussian; outside the image
// there is no light. The last nine rows, blurred along themselves, go round in a ring.
class DetectorModel::Blur {
 public:
  Blur(const std::vector<float>& image, size_t edge, double sigma,
       transform::SimdLevel simd)
      : image_(image),
        edge_(edge),
        taps_(GaussianTaps(sigma)),
        simd_(simd),
        line_(edge + 2 * kReach),
        ring_(kRows, std::vector<float>(edge)) {
    for (size_t row = 0; row < kReach; ++row) Take();
  }

  // The next row, times `factor`.
  void Next(float factor, float* out) {
    Take();
    std::array<const float*, kRows> rows;
    for (size_t i = 0; i < kRows; ++i) rows[i] = ring_[(taken_ + i) % kRows].data();
    RunAt<SumRows>(simd_, edge_, &rows, &taps_, factor, out);
  }

 private:
  void Take() {
    std::vector<float>& blurred = ring_[taken_ % kRows];
    if (taken_ < edge_) {
      std::copy_n(&image_[taken_ * edge_], edge_, line_.begin() + kReach);
      std::array<const float*, kRows> shifted;
      for (size_t i = 0; i < kRows; ++i) shifted[i] = &line_[i];
      RunAt<SumRows>(simd_, edge_, &shifted, &taps_, 1.0F, blurred.data());
    } else {
      std::fill(blurred.begin(), blurred.end(), 0.0F);
    }
    ++taken_;
  }

  const std::vector<float>& image_;
  const size_t edge_;
  const Taps taps_;
  const transform::SimdLevel simd_;
  std::vector<float> line_;
  std::vector<std::vector<float>> ring_;
  size_t taken_ = 0;
};

DetectorModel::DetectorModel(int size, transform::SimdLevel simd)
    : size_(size), simd_(simd) {}

size_t DetectorModel::PaddedEdge() const {
  return (static_cast<size_t>(size_) + kNoiseBlock - 1) / kNoiseBlock * kNoiseBlock;
}

std::vector<uint16_t> DetectorModel::Expose(std::vector<float> photons,
                                            const Readout& readout,
                                            Random* random) const {
  const double sigma = std::max(0.3, random->Uniform(0.6, 1.2) * size_ / 1035);
  const auto edge = static_cast<size_t>(size_);
  const size_t padded = PaddedEdge();
  RandomWords source(random);
  std::vector<uint32_t> words(2 * padded);
  std::vector<float> means(padded), counted(padded), normals(padded), row_light(padded);

  std::vector<float>& light = photons;  // row by row, in place
  for (size_t row = 0; row < edge; ++row) {
    std::copy_n(&photons[row * edge], edge, means.begin());
    source.Fill(simd_, 2 * padded, words.data());
    DrawPhotons(simd_, padded, means.data(), words.data(), counted.data());
    DrawNormals(simd_, padded, words.data() + padded, normals.data());
    Amplify(simd_, padded, means.data(), counted.data(), normals.data(),
            kSaturationCounts / kCountsPerPhoton, row_light.data());
    std::copy_n(row_light.begin(), edge, &light[row * edge]);
  }
  const int hot_spots = 1 + random->Below(3);
  for (int i = 0; i < hot_spots; ++i) {
    AddHotSpot(size_, 200 / kCountsPerPhoton, 5000 / kCountsPerPhoton, random, &light);
  }
  if (random->Chance(kDeadSectorShare)) DarkenSector(size_, random, &light);

  std::vector<uint16_t> digits(light.size());
  std::vector<float>& counts = row_light;
  Blur blur(light, edge, sigma, simd_);
  for (size_t row = 0; row < edge; ++row) {
    blur.Next(kCountsPerPhoton, counts.data());
    if (readout.background) {
      RunAt<Subtract>(simd_, edge, &(*readout.background)[row * edge], counts.data());
    }
    if (readout.gamma != 1) {
      RunAt<Respond>(simd_, edge, static_cast<float>(readout.gamma), counts.data());
    }
    source.Fill(simd_, padded, words.data());
    DrawNormals(simd_, padded, words.data(), normals.data());
    RunAt<Digitise>(simd_, edge, counts.data(), normals.data(), &digits[row * edge]);
  }
  return digits;
}

}  // namespace airy::simulation

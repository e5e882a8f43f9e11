#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/simulation/random.h"
#include "preprocess/transform/simd.h"

namespace airy::simulation {

// How the frames of one shot are read out and corrected.
struct Readout {
  // The exponent of the whole chain's response: light to the power of gamma, the same at
  // DetectorModel::kReferenceCounts.
  double gamma = 1;
  // Mean photons per pixel subtracted from the light, which is then cut at zero; none if
  // null.
  const std::vector<float>* background = nullptr;
};

// A microchannel plate with phosphor screen and camera: turns mean photons per pixel into
// counts. Each photon gives kCountsPerPhoton on average, Gamma-distributed of shape 2;
// the screen saturates locally and blurs; the camera adds offset and noise and digitises
// to 16 bits. Immutable, so thread-safe.
class DetectorModel {
 public:
  static constexpr float kCountsPerPhoton = 100;
  static constexpr float kOffsetCounts = 8;
  static constexpr float kReadNoiseCounts = 2;
  static constexpr float kSaturationCounts = 40000;
  static constexpr float kReferenceCounts = 150;
  // Of the shots have a sector of the plate that is dead.
  static constexpr double kDeadSectorShare = 0.02;

  // Square images of `size` pixels per edge; lengths below are for 1035 and scale with
  // it.
  explicit DetectorModel(int size,
                         transform::SimdLevel simd = transform::BestSimdLevel());

  // `photons`: size * size means. Draws what varies from shot to shot (blur of 0.6 to 1.2
  // pixels, one to three hot spots, now and then a dead sector) and all noise from
  // `random`.
  std::vector<uint16_t> Expose(std::vector<float> photons, const Readout& readout,
                               Random* random) const;

 private:
  class Blur;
  size_t PaddedEdge() const;

  int size_;
  transform::SimdLevel simd_;
};

}  // namespace airy::simulation

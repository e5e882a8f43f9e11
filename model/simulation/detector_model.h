#pragma once

#include <cstdint>
#include <vector>

#include "model/simulation/random.h"

namespace airy::simulation {

// A microchannel plate with phosphor screen and camera: turns mean photons per pixel into
// counts. Each photon gives kCountsPerPhoton on average, Gamma-distributed of shape 2;
// the screen saturates locally and blurs; the camera adds offset and noise and digitises
// to 16 bits. Immutable after construction (it holds tables), so thread-safe.
class DetectorModel {
 public:
  static constexpr float kCountsPerPhoton = 100;
  static constexpr float kOffsetCounts = 8;
  static constexpr float kReadNoiseCounts = 2;
  static constexpr float kSaturationCounts = 40000;

  // Square images of `size` pixels per edge; lengths below are for 1035 and scale with
  // it.
  explicit DetectorModel(int size);

  // `photons`: size * size means. Draws what varies from shot to shot (blur of 0.6 to 1.2
  // pixels, one to three hot spots) and all noise from `random`.
  std::vector<uint16_t> Expose(const std::vector<float>& photons, Random* random) const;

 private:
  int size_;
  // Quantiles, equally likely: a 16-bit random number picks one.
  std::vector<float> gain_;    // Gamma of shape 2 and mean 1
  std::vector<float> normal_;  // standard normal
};

}  // namespace airy::simulation

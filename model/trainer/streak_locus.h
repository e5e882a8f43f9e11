#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "preprocess/frame/image.h"

namespace airy::trainer {

// How much of a map lies along the line of light of a long droplet. Sums of the map's
// positive values, over pixels more than 6 degrees from the beam.
struct LocusEnergy {
  double on_line = 0;  // within 12 pixels of the line
  double on_turned =
      0;  // within 12 pixels of the line turned by 90 degrees about the beam
  double all = 0;

  LocusEnergy& operator+=(const LocusEnergy& other);
};

// The light of a long droplet of axis a (a unit vector; x right, y up, z along the beam)
// lies where the momentum transfer is across the axis: in directions n with
// n . a = cos(beta), beta being the angle between axis and beam. That is a cone through
// the beam, and on the plate a conic through its centre. The map is square and spans the
// plate, its first row on top.
LocusEnergy MeasureLocus(const std::array<double, 3>& axis, const Image& map);

struct RatioEstimate {
  double ratio = 0;  // sum of on_line over sum of on_turned
  double low = 0;    // its 95 % confidence interval: quantiles over resampled shots
  double high = 0;
};

// Zeros for no shots.
RatioEstimate EstimateRatio(std::span<const LocusEnergy> shots, int resamples,
                            uint64_t seed);

}  // namespace airy::trainer

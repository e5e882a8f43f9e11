#pragma once

#include "model/simulation/random.h"

namespace airy::simulation {

// The radii of CXIDB-94: ln(R / nm) is normal with mean 5.77 and deviation 0.38, within
// 80..900 nm. Droplets that spin fast are larger by a factor.
class DropletSizes {
 public:
  static double DrawNm(Random* random);
  // The share of radii below, before growth.
  static double ShareBelow(double radius_nm);
  // The factor of a droplet of the prolate branch, or of an oblate one of this c/a: 1
  // unless it is flat enough to look elliptical.
  static double Growth(bool prolate, double axis_ratio);
};

}  // namespace airy::simulation

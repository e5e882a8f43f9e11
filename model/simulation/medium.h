#pragma once

#include <complex>

namespace airy::simulation {

// Planck's constant times the speed of light.
inline constexpr double kHcEvNm = 1239.84198;

// What a droplet is made of, at one wavelength.
struct Medium {
  double wavelength_nm = 0;
  // n = 1 - delta + i beta, beta > 0 absorbs (fields go as exp(+ikz - i omega t)).
  std::complex<double> index;

  // Any material, by its optical constants at this photon energy.
  static Medium Of(double photon_energy_ev, double delta, double beta) {
    return {kHcEvNm / photon_energy_ev, {1 - delta, beta}};
  }
};

}  // namespace airy::simulation

#pragma once

#include <complex>
#include <vector>

namespace airy::simulation {

// Exact scattering of a plane wave by a homogeneous sphere: the reference that the
// split-step method is tested against. Bohren and Huffman, Absorption and Scattering of
// Light by Small Particles (1983), Eqs. 4.53, 4.61, 4.74 and 4.88, here with fields going
// as exp(-i omega t). Immutable, so thread-safe.
class MieSphere {
 public:
  // `size_parameter` = k R, above 0 and at most 1e4; `index` relative to the
  // surroundings, imaginary part 0 or more.
  MieSphere(double size_parameter, std::complex<double> index);

  struct Amplitudes {
    std::complex<double> s1, s2;  // perpendicular and parallel to the scattering plane
  };
  Amplitudes At(double scattering_angle_rad) const;

  double ExtinctionEfficiency() const;
  double ScatteringEfficiency() const;

 private:
  double size_parameter_;
  std::vector<std::complex<double>> a_, b_;  // orders 1, 2, ...
};

}  // namespace airy::simulation

#pragma once

#include <complex>
#include <vector>

#include "model/simulation/droplet.h"
#include "model/simulation/helium.h"

namespace airy::simulation {

// The envelope u of the field exp(ikz) u behind a droplet at the origin, on a square grid
// that spans the droplet and a margin.
struct ExitWave {
  int edge = 0;         // grid points per side; point edge/2 lies on the beam axis
  double step_nm = 0;   // grid spacing
  double plane_nm = 0;  // z of the plane
  double reach_nm = 0;  // largest half extent of the droplet, across or along the beam
  std::vector<std::complex<float>> envelope;  // edge * edge, row-major, rows along y

  // Sum of |u|^2 over the grid, per grid point: 1 without a droplet or absorption.
  double Norm() const;
};

// Sends a plane wave through the droplet by the split-step method: per slice exact free
// propagation in Fourier space (evanescent waves decay), then the phase and loss of the
// slice. Reflection is left out; refraction and diffraction within the droplet are not.
// Droplets of up to kMaxHalfExtent wavelengths fit the grid's budget. Thread-safe; uses
// LibTorch's FFT on the calling thread.
ExitWave PropagateThrough(const Droplet& droplet, const Medium& medium);

inline constexpr double kMaxHalfExtent = 24;

}  // namespace airy::simulation

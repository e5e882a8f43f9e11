#pragma once

#include <ATen/core/Tensor.h>

#include "model/simulation/optical_slices.h"

namespace airy::simulation {

// A plane wave on its way through a droplet: the envelope u of the field exp(ikz) u, on a
// square grid across the beam. Between the middles of slices it propagates freely and
// exactly, in Fourier space (evanescent waves decay); at each it takes the slice's phase
// and loss, in two halves. Reflection is left out; refraction and diffraction within the
// droplet are not. Owned by one thread; `optics` must outlive it.
class SplitStep {
 public:
  explicit SplitStep(const OpticalSlices& optics);

  // From one slice's middle to the next.
  void Propagate();
  // Half of the phase and loss of a slice.
  void CrossHalf(int slice);
  // All slices, one after the other.
  void CrossAll();

  // edge x edge, complex, rows along y.
  const at::Tensor& envelope() const { return envelope_; }
  // The part of it where occupancy is stored.
  at::Tensor Window() const;
  // Mean of |u|^2 over the grid: 1 without a droplet or absorption.
  double Norm() const;

 private:
  const OpticalSlices& optics_;
  at::Tensor propagator_;     // exp(i (k_z - k) dz) in FFT order
  at::Tensor half_crossing_;  // of every slice
  at::Tensor envelope_;
};

}  // namespace airy::simulation

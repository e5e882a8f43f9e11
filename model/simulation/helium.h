#pragma once

#include <complex>

namespace airy::simulation {

// What a droplet is made of, at one photon energy.
struct Medium {
  double wavelength_nm = 0;
  // n = 1 - delta + i beta, beta > 0 absorbs (fields go as exp(+ikz - i omega t)).
  std::complex<double> index;
};

// Photon energies the table of the index covers.
inline constexpr double kMinPhotonEnergyEv = 19.5;
inline constexpr double kMaxPhotonEnergyEv = 40;

// Liquid helium at `photon_energy_ev`, kMinPhotonEnergyEv..kMaxPhotonEnergyEv, linear
// between the tabulated energies. Sources: 19.5-23.5 eV the literature values digitised
// in mie_dipole (utils/ref_literature.py, MIT); 24.8-40 eV beta from Henke's f2, delta by
// Kramers-Kronig over it and the bound 1s-np oscillators.
Medium HeliumAt(double photon_energy_ev);

}  // namespace airy::simulation

#pragma once

#include "model/simulation/medium.h"
#include "preprocess/frame/status.h"

namespace airy::simulation {

// Where the index of helium is tabulated: below its second resonance, and from the
// ionisation threshold on. What lies between is not known well enough to interpolate.
inline constexpr double kMinPhotonEnergyEv = 19.5;
inline constexpr double kResonancesFromEv = 23.5;
inline constexpr double kResonancesToEv = 24.8;
inline constexpr double kMaxPhotonEnergyEv = 40;

// InvalidArgument with both ranges for a photon energy outside of them.
Status CheckHeliumEnergy(double photon_energy_ev);

// Liquid helium at a photon energy that CheckHeliumEnergy accepts, linear between the
// tabulated energies. Sources: 19.5-23.5 eV the literature values digitised in mie_dipole
// (utils/ref_literature.py, MIT); 24.8-40 eV beta from Henke's f2, delta by
// Kramers-Kronig over it and the bound 1s-np oscillators.
Medium HeliumAt(double photon_energy_ev);

}  // namespace airy::simulation

#pragma once

#include <vector>

namespace airy::simulation {

// Photon energies of a share of the shots, evenly within the band.
struct EnergyBand {
  double share;  // relative to those of the other bands
  double low_ev, high_ev;
};

// What scenes are drawn from.
struct SceneRanges {
  std::vector<EnergyBand> energy_bands = {
      {0.50, 19.5, 20.6}, {0.15, 22.3, 23.5}, {0.30, 24.8, 35.0}, {0.05, 21.0, 22.2}};
  double hole_min_deg = 1.5;  // of the plate's central hole, as an angle from the beam
  double hole_max_deg = 5;
};

}  // namespace airy::simulation

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/simulation/simulator.h"
#include "proto/cxi/setup.h"

namespace airy::detector {

// The truth of a simulated shot as the named numbers of a CXI shot file; README.md lists
// them. The values come in the order of the names.
std::vector<std::string> TruthNames();
std::vector<double> TruthValues(const simulation::Shot& shot, int64_t index);
// The simulator's number of the shot, out of its values.
int64_t TruthIndex(const std::vector<double>& values);

double PhotonEnergyJ(const simulation::Shot& shot);
double Joule(double photon_energy_ev);

// Of images of size x size pixels: x runs along the columns, y against the rows.
cxi::DetectorGeometry GeometryOf(int size);

}  // namespace airy::detector

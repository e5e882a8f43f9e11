#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/simulation/simulator.h"

namespace airy::detector {

// The truth of a simulated shot as the named numbers of a CXI shot file; README.md lists
// them. The values come in the order of the names.
std::vector<std::string> TruthNames();
std::vector<double> TruthValues(const simulation::Shot& shot, int64_t index);
// The simulator's number of the shot, out of its values.
int64_t TruthIndex(const std::vector<double>& values);

double PhotonEnergyJ(const simulation::Shot& shot);

}  // namespace airy::detector

#include "client/detector/truth_columns.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace airy::detector {
namespace {

constexpr std::array<std::string_view, 4> kShapes = {"none", "sphere", "oblate",
                                                     "capsule"};

struct Column {
  const char* name;
  double (*value)(const simulation::ShotTruth& truth);
};

using Truth = simulation::ShotTruth;

constexpr Column kColumns[] = {
    {"shape",
     [](const Truth& t) {
       return static_cast<double>(std::find(kShapes.begin(), kShapes.end(), t.shape) -
                                  kShapes.begin());
     }},
    {"photon_energy_ev", [](const Truth& t) { return t.photon_energy_ev; }},
    {"radius_nm", [](const Truth& t) { return t.radius_nm; }},
    {"axis_ratio", [](const Truth& t) { return t.axis_ratio; }},
    {"axis_x", [](const Truth& t) { return t.axis[0]; }},
    {"axis_y", [](const Truth& t) { return t.axis[1]; }},
    {"axis_z", [](const Truth& t) { return t.axis[2]; }},
    {"second_radius_nm", [](const Truth& t) { return t.second_radius_nm; }},
    {"second_amplitude", [](const Truth& t) { return t.second_amplitude; }},
    {"separation_x_um", [](const Truth& t) { return t.separation_um[0]; }},
    {"separation_y_um", [](const Truth& t) { return t.separation_um[1]; }},
    {"separation_z_um", [](const Truth& t) { return t.separation_um[2]; }},
    {"coherent", [](const Truth& t) { return t.coherent ? 1.0 : 0.0; }},
    {"photons", [](const Truth& t) { return t.photons; }},
    {"hole_deg", [](const Truth& t) { return t.hole_deg; }},
};

}  // namespace

std::vector<std::string> TruthNames() {
  std::vector<std::string> names = {"index"};
  for (const Column& column : kColumns) names.emplace_back(column.name);
  return names;
}

std::vector<double> TruthValues(const simulation::Shot& shot, int64_t index) {
  std::vector<double> values = {static_cast<double>(index)};
  for (const Column& column : kColumns) values.push_back(column.value(shot.truth));
  return values;
}

}  // namespace airy::detector

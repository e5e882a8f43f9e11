#include "client/detector/truth_columns.h"

#include <algorithm>
#include <string_view>

#include "model/simulation/detector_geometry.h"
#include "model/simulation/droplet.h"
#include "preprocess/frame/classes.h"

namespace airy::detector {
namespace {

// 0 none, then Droplet's shapes in their order.
double ShapeNumber(const std::string& shape) {
  const auto& names = simulation::Droplet::kShapeNames;
  const auto found = std::find(names.begin(), names.end(), shape);
  return found == names.end() ? 0 : static_cast<double>(found - names.begin() + 1);
}

struct Column {
  const char* name;
  double (*value)(const simulation::ShotTruth& truth);
};

using Truth = simulation::ShotTruth;

constexpr Column kColumns[] = {
    {"shape", [](const Truth& t) { return ShapeNumber(t.shape); }},
    {"photon_energy_ev", [](const Truth& t) { return t.photon_energy_ev; }},
    {"radius_nm", [](const Truth& t) { return t.radius_nm; }},
    {"axis_ratio", [](const Truth& t) { return t.axis_ratio; }},
    {"shape_ratio_1", [](const Truth& t) { return t.shape_ratios[0]; }},
    {"shape_ratio_2", [](const Truth& t) { return t.shape_ratios[1]; }},
    {"axis_x", [](const Truth& t) { return t.axis[0]; }},
    {"axis_y", [](const Truth& t) { return t.axis[1]; }},
    {"axis_z", [](const Truth& t) { return t.axis[2]; }},
    {"roll_deg", [](const Truth& t) { return t.roll_deg; }},
    {"core_ratio", [](const Truth& t) { return t.core_ratio; }},
    {"core_index_real", [](const Truth& t) { return t.core_index.real(); }},
    {"core_index_imaginary", [](const Truth& t) { return t.core_index.imag(); }},
    {"second_energy_ev", [](const Truth& t) { return t.second_energy_ev; }},
    {"second_energy_weight", [](const Truth& t) { return t.second_energy_weight; }},
    {"photons", [](const Truth& t) { return t.photons; }},
    {"hole_deg", [](const Truth& t) { return t.hole_deg; }},
};

// Of each companion, the second and the third droplet.
struct CompanionColumn {
  const char* name;
  double (*value)(const simulation::CompanionTruth& companion);
};

using Companion = simulation::CompanionTruth;

constexpr CompanionColumn kCompanionColumns[] = {
    {"radius_nm", [](const Companion& c) { return c.radius_nm; }},
    {"amplitude", [](const Companion& c) { return c.amplitude; }},
    {"separation_x_um", [](const Companion& c) { return c.separation_um[0]; }},
    {"separation_y_um", [](const Companion& c) { return c.separation_um[1]; }},
    {"separation_z_um", [](const Companion& c) { return c.separation_um[2]; }},
    {"coherent", [](const Companion& c) { return c.coherent ? 1.0 : 0.0; }},
};

constexpr const char* kCompanions[] = {"second_", "third_"};
constexpr double kElectronVoltJ = 1.602176634e-19;  // exact

}  // namespace

std::vector<std::string> TruthNames() {
  std::vector<std::string> names = {"index"};
  for (const Column& column : kColumns) names.emplace_back(column.name);
  for (const char* companion : kCompanions) {
    for (const auto& column : kCompanionColumns) {
      names.push_back(std::string(companion) + column.name);
    }
  }
  for (const std::string_view name : kClassNames) {
    names.push_back("noise_free_" + std::string(name));
  }
  return names;
}

std::vector<double> TruthValues(const simulation::Shot& shot, int64_t index) {
  std::vector<double> values = {static_cast<double>(index)};
  for (const Column& column : kColumns) values.push_back(column.value(shot.truth));
  for (const Companion& companion : shot.truth.companions) {
    for (const auto& column : kCompanionColumns) {
      values.push_back(column.value(companion));
    }
  }
  for (const uint8_t label : shot.labels_noise_free) values.push_back(label);
  return values;
}

int64_t TruthIndex(const std::vector<double>& values) {
  return static_cast<int64_t>(values.front());
}

double PhotonEnergyJ(const simulation::Shot& shot) {
  return Joule(shot.truth.photon_energy_ev);
}

double Joule(double photon_energy_ev) { return kElectronVoltJ * photon_energy_ev; }

cxi::DetectorGeometry GeometryOf(int size) {
  const double distance_m = simulation::kDistanceMm / 1000;
  const double edge_m = simulation::kPlateDiameterMm / 1000;
  const double pixel_m = edge_m / size;
  cxi::DetectorGeometry geometry;
  geometry.distance_m = distance_m;
  geometry.x_pixel_size_m = geometry.y_pixel_size_m = pixel_m;
  geometry.basis_vectors_m = {{{0, -pixel_m, 0}, {pixel_m, 0, 0}}};
  geometry.corner_position_m = {-edge_m / 2, edge_m / 2, distance_m};
  return geometry;
}

}  // namespace airy::detector

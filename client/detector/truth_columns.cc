#include "client/detector/truth_columns.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "preprocess/frame/check.h"

namespace airy::detector {
namespace {

// By their number in files.
constexpr std::array<std::string_view, 7> kShapes = {
    "none", "sphere", "oblate", "capsule", "ellipsoid", "two-lobed", "fission-pair"};

using Shot = simulation::Shot;

double ShapeNumber(const Shot& shot) {
  const auto* at = std::find(kShapes.begin(), kShapes.end(), shot.truth.shape);
  AIRY_CHECK(at != kShapes.end());
  return static_cast<double>(at - kShapes.begin());
}

// Bit i: class i, without label noise.
double ClassBits(const Shot& shot) {
  int bits = 0;
  for (size_t i = 0; i < shot.labels_noise_free.size(); ++i) {
    bits |= (shot.labels_noise_free[i] != 0 ? 1 : 0) << i;
  }
  return bits;
}

template <size_t kIndex>
const simulation::CompanionTruth& Companion(const Shot& shot) {
  return shot.truth.companions[kIndex];
}

struct Column {
  const char* name;
  double (*value)(const Shot& shot);
};

constexpr Column kColumns[] = {
    {"shape", ShapeNumber},
    {"photon_energy_ev", [](const Shot& s) { return s.truth.photon_energy_ev; }},
    {"radius_nm", [](const Shot& s) { return s.truth.radius_nm; }},
    {"axis_ratio", [](const Shot& s) { return s.truth.axis_ratio; }},
    {"shape_ratio_1", [](const Shot& s) { return s.truth.shape_ratios[0]; }},
    {"shape_ratio_2", [](const Shot& s) { return s.truth.shape_ratios[1]; }},
    {"axis_x", [](const Shot& s) { return s.truth.axis[0]; }},
    {"axis_y", [](const Shot& s) { return s.truth.axis[1]; }},
    {"axis_z", [](const Shot& s) { return s.truth.axis[2]; }},
    {"roll_deg", [](const Shot& s) { return s.truth.roll_deg; }},
    {"core_ratio", [](const Shot& s) { return s.truth.core_ratio; }},
    {"core_index_re", [](const Shot& s) { return s.truth.core_index.real(); }},
    {"core_index_im", [](const Shot& s) { return s.truth.core_index.imag(); }},
    {"second_energy_ev", [](const Shot& s) { return s.truth.second_energy_ev; }},
    {"second_energy_weight", [](const Shot& s) { return s.truth.second_energy_weight; }},
    {"second_radius_nm", [](const Shot& s) { return Companion<0>(s).radius_nm; }},
    {"second_amplitude", [](const Shot& s) { return Companion<0>(s).amplitude; }},
    {"separation_x_um", [](const Shot& s) { return Companion<0>(s).separation_um[0]; }},
    {"separation_y_um", [](const Shot& s) { return Companion<0>(s).separation_um[1]; }},
    {"separation_z_um", [](const Shot& s) { return Companion<0>(s).separation_um[2]; }},
    {"coherent", [](const Shot& s) { return Companion<0>(s).coherent ? 1.0 : 0.0; }},
    {"third_radius_nm", [](const Shot& s) { return Companion<1>(s).radius_nm; }},
    {"third_amplitude", [](const Shot& s) { return Companion<1>(s).amplitude; }},
    {"third_separation_x_um",
     [](const Shot& s) { return Companion<1>(s).separation_um[0]; }},
    {"third_separation_y_um",
     [](const Shot& s) { return Companion<1>(s).separation_um[1]; }},
    {"third_separation_z_um",
     [](const Shot& s) { return Companion<1>(s).separation_um[2]; }},
    {"third_coherent",
     [](const Shot& s) { return Companion<1>(s).coherent ? 1.0 : 0.0; }},
    {"photons", [](const Shot& s) { return s.truth.photons; }},
    {"hole_deg", [](const Shot& s) { return s.truth.hole_deg; }},
    {"noise_free_classes", ClassBits},
};

}  // namespace

std::vector<std::string> TruthNames() {
  std::vector<std::string> names = {"index"};
  for (const Column& column : kColumns) names.emplace_back(column.name);
  return names;
}

std::vector<double> TruthValues(const simulation::Shot& shot, int64_t index) {
  std::vector<double> values = {static_cast<double>(index)};
  for (const Column& column : kColumns) values.push_back(column.value(shot));
  return values;
}

}  // namespace airy::detector

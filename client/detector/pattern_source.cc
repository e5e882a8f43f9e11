#include "client/detector/pattern_source.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "model/simulation/helium.h"

namespace airy::detector {
namespace {

using simulation::Droplet;
using simulation::Medium;
using simulation::PatternSource;
using Shape = Droplet::Shape;

// Below it the grid of a third to a quarter wavelength is too coarse (README of
// model/simulation).
constexpr double kMinRadiusNm = 30;
constexpr double kMaxRadiusNm = 10000;

std::string Text(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", value);
  return text.data();
}

// A ratio that belongs to one shape.
struct Parameter {
  const char* option;
  Shape shape;
  std::optional<double> PatternOptions::*value;
  Droplet::Range range;
  double unless_given;
};
constexpr Parameter kParameters[] = {
    {"--c-over-a", Shape::kOblate, &PatternOptions::c_over_a, Droplet::kOblateRange, 0.8},
    {"--a-over-b", Shape::kEllipsoid, &PatternOptions::a_over_b, Droplet::kEllipsoidRange,
     1.3},
    {"--b-over-c", Shape::kEllipsoid, &PatternOptions::b_over_c, Droplet::kEllipsoidRange,
     1.1},
    {"--roll-deg", Shape::kEllipsoid, &PatternOptions::roll_deg, {-360, 360}, 0},
    {"--half-length", Shape::kCapsule, &PatternOptions::half_length,
     Droplet::kCapsuleRange, 2},
    {"--cassini-ratio", Shape::kTwoLobed, &PatternOptions::cassini_ratio,
     Droplet::kCassiniRange, 1.2},
    {"--size-ratio", Shape::kFissionPair, &PatternOptions::size_ratio,
     Droplet::kSizeRange, 0.9},
};

// The parameters of `shape`, in the order of the table.
Result<std::vector<double>> ParametersOf(Shape shape, const PatternOptions& options) {
  std::vector<double> values;
  for (const Parameter& parameter : kParameters) {
    const std::optional<double>& given = options.*parameter.value;
    if (parameter.shape == shape) {
      const double value = given.value_or(parameter.unless_given);
      AIRY_TRY(
          CheckRange(parameter.option, value, parameter.range.low, parameter.range.high));
      values.push_back(value);
    } else if (given) {
      return InvalidArgument(
          std::string(parameter.option) + " " + Text(*given) + " is for --shape " +
          std::string(Droplet::kShapeNames[static_cast<size_t>(parameter.shape)]) +
          "; was given with --shape " + options.shape);
    }
  }
  return values;
}

Droplet MakeDroplet(Shape shape, double radius_nm, const std::vector<double>& parameters,
                    const simulation::Vector3& axis) {
  switch (shape) {
    case Shape::kOblate:
      return Droplet::Oblate(radius_nm, parameters[0], axis);
    case Shape::kEllipsoid:
      return Droplet::Ellipsoid(radius_nm, parameters[0], parameters[1], axis,
                                parameters[2]);
    case Shape::kCapsule:
      return Droplet::Capsule(radius_nm, parameters[0], axis);
    case Shape::kTwoLobed:
      return Droplet::TwoLobed(radius_nm, parameters[0], axis);
    case Shape::kFissionPair:
      return Droplet::FissionPair(radius_nm, parameters[0], axis);
    case Shape::kSphere:
      break;
  }
  return Droplet::Sphere(radius_nm);
}

Result<Medium> MediumOf(const PatternOptions& options) {
  if (!options.delta && !options.beta) {
    const Status status = simulation::CheckHeliumEnergy(options.photon_energy_ev);
    if (!status.ok()) {
      return InvalidArgument(status.message() +
                             "; give --delta and --beta for another material");
    }
    return simulation::HeliumAt(options.photon_energy_ev);
  }
  AIRY_TRY(CheckRange("--photon-energy-ev", options.photon_energy_ev, 1, 10000));
  const double delta = options.delta.value_or(0), beta = options.beta.value_or(0);
  AIRY_TRY(CheckRange("--delta", delta, -2, 0.99));
  AIRY_TRY(CheckRange("--beta", beta, 0, 5));
  return Medium::Of(options.photon_energy_ev, delta, beta);
}

Result<Droplet> WithCore(const Droplet& droplet, const PatternOptions& options) {
  if (!options.core_ratio) {
    if (options.core_delta || options.core_beta) {
      return InvalidArgument(
          "--core-delta and --core-beta need --core-ratio, 0.05..0.99");
    }
    return droplet;
  }
  const double delta = options.core_delta.value_or(0);
  const double beta = options.core_beta.value_or(0);
  AIRY_TRY(CheckRange("--core-ratio", *options.core_ratio, Droplet::kCoreRange.low,
                      Droplet::kCoreRange.high));
  AIRY_TRY(CheckRange("--core-delta", delta, -2, 0.99));
  AIRY_TRY(CheckRange("--core-beta", beta, 0, 5));
  return droplet.WithCore(*options.core_ratio, {1 - delta, beta});
}

Status CheckFits(const char* option, const Droplet& droplet, const Medium& medium) {
  const double limit_nm = simulation::kMaxHalfExtent * medium.wavelength_nm;
  if (droplet.BoundingRadiusNm() <= limit_nm) return OkStatus();
  return InvalidArgument(
      std::string(option) + " must keep the droplet within 24 wavelengths, " +
      Text(limit_nm) + " nm from its centre; " + Text(droplet.radius_nm()) +
      " makes it reach " + Text(droplet.BoundingRadiusNm()) + " nm");
}

Result<std::optional<PatternSource::Second>> SecondOf(const PatternOptions& options,
                                                      const Medium& medium) {
  std::optional<PatternSource::Second> second;
  if (options.separation_um.empty()) {
    if (options.second_radius_nm || options.second_amplitude || options.incoherent) {
      return InvalidArgument(
          "--second-radius-nm, --second-amplitude and --incoherent need --separation-um "
          "X,Y,Z");
    }
    return second;
  }
  if (options.separation_um.size() != 3) {
    return InvalidArgument("--separation-um must be three numbers X,Y,Z; were " +
                           std::to_string(options.separation_um.size()));
  }
  second.emplace();
  for (size_t i = 0; i < 3; ++i) {
    AIRY_TRY(CheckRange("--separation-um", options.separation_um[i], -1e5, 1e5));
    second->separation_um[i] = options.separation_um[i];
  }
  const double radius_nm = options.second_radius_nm.value_or(options.radius_nm);
  AIRY_TRY(CheckRange("--second-radius-nm", radius_nm, kMinRadiusNm, kMaxRadiusNm));
  second->droplet = Droplet::Sphere(radius_nm);
  AIRY_TRY(CheckFits("--second-radius-nm", second->droplet, medium));
  second->amplitude = options.second_amplitude.value_or(1);
  AIRY_TRY(CheckRange("--second-amplitude", second->amplitude, 0, 100));
  second->coherent = !options.incoherent;
  return second;
}

// Two droplets that overlap are neither of them.
Status CheckApart(const PatternSource& source) {
  if (!source.second) return OkStatus();
  const auto& apart_um = source.second->separation_um;
  const double gap_nm = source.droplet.SignedDistance(
                            1000 * apart_um[0], 1000 * apart_um[1], 1000 * apart_um[2]) -
                        source.second->droplet.radius_nm();
  if (gap_nm >= 0) return OkStatus();
  return InvalidArgument(
      "--separation-um must keep the droplets apart; they overlap by " + Text(-gap_nm) +
      " nm");
}

}  // namespace

Status CheckRange(const char* option, double value, double low, double high) {
  if (value >= low && value <= high) return OkStatus();
  return InvalidArgument(std::string(option) + " must be " + Text(low) + ".." +
                         Text(high) + "; was " + Text(value));
}

Result<PatternSource> PatternSourceOf(const PatternOptions& options) {
  const auto& names = Droplet::kShapeNames;
  const auto name = std::find(names.begin(), names.end(), options.shape);
  if (name == names.end()) {
    return InvalidArgument(
        "--shape must be sphere, oblate, ellipsoid, capsule, two-lobed or fission-pair; "
        "was " +
        options.shape);
  }
  const auto shape = static_cast<Shape>(name - names.begin());
  AIRY_TRY(CheckRange("--radius-nm", options.radius_nm, kMinRadiusNm, kMaxRadiusNm));
  AIRY_TRY(CheckRange("--tilt-deg", options.tilt_deg, -90, 90));
  AIRY_TRY(CheckRange("--azimuth-deg", options.azimuth_deg, -360, 360));
  AIRY_ASSIGN_OR_RETURN(const auto parameters, ParametersOf(shape, options));
  PatternSource source;
  AIRY_ASSIGN_OR_RETURN(source.medium, MediumOf(options));
  AIRY_ASSIGN_OR_RETURN(
      source.droplet,
      WithCore(MakeDroplet(shape, options.radius_nm, parameters,
                           simulation::AxisOf(options.tilt_deg, options.azimuth_deg)),
               options));
  AIRY_TRY(CheckFits("--radius-nm", source.droplet, source.medium));
  AIRY_ASSIGN_OR_RETURN(source.second, SecondOf(options, source.medium));
  AIRY_TRY(CheckApart(source));
  return source;
}

}  // namespace airy::detector

#pragma once

#include <numbers>

namespace airy::simulation {

// The low-density-matter detector at FERMI: a microchannel plate of 75 mm, 65 mm behind
// the droplet, read as a square image that spans it.
inline constexpr double kDistanceMm = 65;
inline constexpr double kPlateDiameterMm = 75;
// Angles are judged on the network's image of 224 pixels; its central pixels span this.
inline constexpr double kLabelPixelDeg =
    kPlateDiameterMm / 224 / kDistanceMm * 180 / std::numbers::pi;
// The part of the pattern labels look at: within this annulus around the beam.
inline constexpr double kVisibleFromDeg = 4;
inline constexpr double kVisibleToDeg = 29;

constexpr double Radians(double degrees) { return degrees * std::numbers::pi / 180; }
constexpr double Degrees(double radians) { return radians * 180 / std::numbers::pi; }

}  // namespace airy::simulation

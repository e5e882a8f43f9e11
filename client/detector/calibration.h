#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "model/simulation/prior.h"
#include "model/simulation/sampler.h"
#include "model/simulation/simulator.h"

namespace airy::detector {

// How one label combination comes about.
struct Acceptance {
  int64_t hits = 0;
  simulation::Tries tries;

  // Of the scenes that geometry does not rule out.
  double share() const { return static_cast<double>(hits) / tries.plausible; }
};

// What simulated shots have in common with CXIDB-94: counts of what Add() was given, and
// of the real labels. Thread-compatible.
class Calibration {
 public:
  void Add(const simulation::Shot& shot);

  int64_t shots() const { return shots_; }
  // By class, and the real images.
  int64_t Count(int class_index) const { return classes_[class_index]; }
  static int64_t RealCount(int class_index);
  // By simulation::Prior::Combinations(); shots with another one are counted apart.
  const std::vector<int64_t>& combinations() const { return combinations_; }
  int64_t foreign() const { return foreign_; }
  // That chance alone puts the combinations as far from the real shares.
  double CombinationsP() const;
  // How much more often two classes come together than if they were independent.
  double Lift(int a, int b) const;
  static double RealLift(int a, int b);
  int64_t rule_violations() const { return rule_violations_; }

  // Radii before growth (see DropletSizes) of round droplets alone, whose labels leave
  // the size open, and the chance that they follow the distribution.
  const std::vector<double>& radii_nm() const { return radii_nm_; }
  double RadiiP() const;
  const std::vector<double>& energies_ev() const { return energies_ev_; }

 private:
  int64_t shots_ = 0;
  int64_t foreign_ = 0;
  int64_t rule_violations_ = 0;
  std::array<int64_t, kClassCount> classes_{};
  std::array<std::array<int64_t, kClassCount>, kClassCount> together_{};
  std::vector<int64_t> combinations_ =
      std::vector<int64_t>(simulation::Prior::Combinations().size());
  std::vector<double> radii_nm_;
  std::vector<double> energies_ev_;
};

}  // namespace airy::detector

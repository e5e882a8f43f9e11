#include "client/detector/gallery_choice.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numbers>
#include <string>
#include <thread>
#include <utility>

#include "client/detector/progress_bar.h"
#include "preprocess/frame/classes.h"

namespace airy::detector {
namespace {

using simulation::Shot;

// What a shot may show to stand for a class, and how clearly it does, 0..1.
struct Exemplar {
  int class_index;
  std::vector<int> shows;  // the class, and what goes with it
  double (*clarity)(const simulation::ShotTruth& truth);
};

double Plain(const simulation::ShotTruth&) { return 1; }
// A second droplet, not light of a second colour or a core.
double Pair(const simulation::ShotTruth& truth) {
  const bool is_pair = truth.companions[0].radius_nm > 0 && truth.core_ratio == 0 &&
                       truth.second_energy_ev == 0;
  return is_pair ? std::min(truth.companions[0].amplitude, 1.0) : 0.01;
}
// A pair so far apart that its rings are wide and many.
double WideNewtonRings(const simulation::ShotTruth& truth) {
  const auto& apart_um = truth.companions[0].separation_um;
  const double distance_um = std::hypot(apart_um[0], apart_um[1], apart_um[2]);
  return Pair(truth) * std::exp(-std::pow(std::log(distance_um / 25), 2));
}
double Sphere(const simulation::ShotTruth& truth) {
  return truth.shape == "sphere" ? 1 : truth.axis_ratio;
}
double Flattened(const simulation::ShotTruth& truth) { return 1 - truth.axis_ratio; }
// Out of the detector plane, best by `best_deg`.
double Tilted(const simulation::ShotTruth& truth, double best_deg) {
  const double tilt_deg = std::asin(std::fabs(truth.axis[2])) * 180 / std::numbers::pi;
  return std::exp(-std::pow((tilt_deg - best_deg) / 8, 2));
}
double NearTilted(const simulation::ShotTruth& truth) { return Tilted(truth, 25); }
double FarTilted(const simulation::ShotTruth& truth) { return Tilted(truth, 40); }
double Untilted(const simulation::ShotTruth& truth) {
  return 1 - std::fabs(truth.axis[2]);
}

// In the order of kClassNames.
const std::vector<Exemplar>& Exemplars() {
  static const std::vector<Exemplar> exemplars = {
      {kSphericalOblate, {kSphericalOblate, kRound}, Flattened},
      {kRound, {kSphericalOblate, kRound}, Sphere},
      {kElliptical, {kSphericalOblate, kElliptical}, Flattened},
      {kProlate, {kProlate, kStreak, kBent}, Plain},
      {kStreak, {kProlate, kStreak}, Untilted},
      {kBent, {kProlate, kStreak, kBent}, NearTilted},
      {kAsymmetric, {kProlate, kBent, kAsymmetric}, FarTilted},
      {kNewtonRings, {kSphericalOblate, kRound, kNewtonRings}, WideNewtonRings},
      {kDoubleRings, {kSphericalOblate, kRound, kDoubleRings}, Pair},
      {kLayered, {kProlate, kStreak, kBent, kLayered}, Plain},
      {kEmpty, {kEmpty}, Plain},
  };
  return exemplars;
}

bool ShowsExactly(const Shot& shot, const std::vector<int>& classes) {
  std::array<uint8_t, kClassCount> labels{};
  for (const int c : classes) labels[static_cast<size_t>(c)] = 1;
  return shot.labels == labels;
}

// Light beyond what fills the colour scale tells no more. Helium absorbs near its
// resonance at 21.5 eV, and rings fade.
double Score(const Shot& shot, const Exemplar& exemplar) {
  constexpr double kPlenty = 1.5e6;
  const double light = std::min(shot.truth.photons / kPlenty, 1.0);
  const bool absorbs =
      shot.truth.photon_energy_ev > 20.6 && shot.truth.photon_energy_ev < 22.6;
  return exemplar.clarity(shot.truth) * (0.01 + light) * (absorbs ? 0.1 : 1);
}

std::vector<Shot> DrawAll(const simulation::Simulator& simulator, int candidates,
                          int threads, const StopSignals& stop) {
  std::vector<Shot> shots(static_cast<size_t>(candidates));
  std::atomic<size_t> next = 0;
  std::vector<std::jthread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      for (size_t i = next++; i < shots.size() && !stop.Raised(); i = next++) {
        shots[i] = simulator.Draw(i);
      }
    });
  }
  return shots;
}

}  // namespace

Result<std::vector<GalleryShot>> ChooseShots(const simulation::Simulator& simulator,
                                             int candidates, int threads,
                                             const StopSignals& stop) {
  const std::vector<Shot> shots = DrawAll(simulator, candidates, threads, stop);
  if (stop.Raised()) return Status(StatusCode::kCancelled, "stopped by a signal");
  std::vector<GalleryShot> chosen;
  const auto is_taken = [&](const Shot& shot) {
    return std::ranges::any_of(
        chosen, [&](const GalleryShot& other) { return &shot == &shots[other.index]; });
  };
  for (const Exemplar& exemplar : Exemplars()) {
    const Shot* best = nullptr;
    for (const Shot& shot : shots) {
      if (!ShowsExactly(shot, exemplar.shows) || is_taken(shot)) continue;
      if (best == nullptr || Score(shot, exemplar) > Score(*best, exemplar)) best = &shot;
    }
    if (best == nullptr) {
      return NotFound(
          "none of " + std::to_string(candidates) + " shots shows " +
          std::string(kClassNames[static_cast<size_t>(exemplar.class_index)]) +
          " clearly; try more --candidates or another --seed");
    }
    chosen.push_back(
        {exemplar.class_index, static_cast<uint64_t>(best - shots.data()), *best});
  }
  return chosen;
}

}  // namespace airy::detector

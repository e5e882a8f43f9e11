#include "client/detector/calibration.h"

#include <algorithm>

#include "model/simulation/droplet_sizes.h"
#include "model/simulation/goodness_of_fit.h"

namespace airy::detector {
namespace {

using simulation::Combination;
using simulation::DropletSizes;
using simulation::Prior;

int64_t RealTogether(int a, int b) {
  int64_t images = 0;
  for (const Combination& c : Prior::Combinations()) {
    if (c.labels[a] != 0 && c.labels[b] != 0) images += c.images;
  }
  return images;
}

double LiftOf(int64_t together, int64_t a, int64_t b, int64_t all) {
  if (a == 0 || b == 0) return 0;
  return static_cast<double>(together) * static_cast<double>(all) /
         (static_cast<double>(a) * static_cast<double>(b));
}

bool IsRoundAlone(const simulation::Shot& shot) {
  return shot.labels[kRound] != 0 &&
         std::count(shot.labels.begin(), shot.labels.end(), 1) == 2;
}

}  // namespace

void Calibration::Add(const simulation::Shot& shot) {
  ++shots_;
  const auto all = Prior::Combinations();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Combination& c) {
    return c.labels == shot.labels;
  });
  if (at == all.end()) {
    ++foreign_;
  } else {
    ++combinations_[static_cast<size_t>(at - all.begin())];
  }
  rule_violations_ += KeepsHardRules(shot.labels) ? 0 : 1;
  for (size_t a = 0; a < shot.labels.size(); ++a) {
    classes_[a] += shot.labels[a];
    for (size_t b = 0; b < shot.labels.size(); ++b) {
      together_[a][b] += shot.labels[a] * shot.labels[b];
    }
  }
  const simulation::ShotTruth& truth = shot.truth;
  if (truth.radius_nm <= 0) return;
  energies_ev_.push_back(truth.photon_energy_ev);
  if (!IsRoundAlone(shot)) return;
  const bool prolate = truth.shape != "sphere" && truth.shape != "oblate";
  radii_nm_.push_back(truth.radius_nm / DropletSizes::Growth(prolate, truth.axis_ratio));
}

int64_t Calibration::RealCount(int class_index) {
  return RealTogether(class_index, class_index);
}

double Calibration::CombinationsP() const {
  std::vector<double> shares;
  for (const Combination& c : Prior::Combinations()) shares.push_back(c.images);
  return simulation::ChiSquareP(combinations_, shares);
}

double Calibration::Lift(int a, int b) const {
  return LiftOf(together_[a][b], classes_[a], classes_[b], shots_);
}

double Calibration::RealLift(int a, int b) {
  return LiftOf(RealTogether(a, b), RealCount(a), RealCount(b), Prior::kImages);
}

double Calibration::RadiiP() const {
  return simulation::KolmogorovSmirnovP(radii_nm_, DropletSizes::ShareBelow);
}

}  // namespace airy::detector

#include "model/simulation/simulator.h"

#include <optional>
#include <string>
#include <utility>

#include "model/simulation/detector_model.h"
#include "model/simulation/helium.h"
#include "model/simulation/pattern.h"
#include "model/simulation/prior.h"
#include "model/simulation/sampler.h"

namespace airy::simulation {
namespace {

// Streams of random numbers of one shot.
enum Stream : uint64_t { kSceneStream, kPlateStream, kNoiseStream, kLabelStream };

constexpr int kMinSize = 64;
constexpr int kMaxSize = 2048;
// Of the beam on the plate, in pixels of a 1035-pixel image.
constexpr double kJitterPixels = 3;
constexpr double kStreakShare = 0.05;
// Of the stray light, left over or taken too much by its correction; at most.
constexpr double kResidual = 0.3;
constexpr double kMinGamma = 0.25;
constexpr double kMaxGamma = 4;
// Of the shots without a visible hit, those of a droplet that sends out too little light.
constexpr double kFaintShare = 0.3;
constexpr double kMaxHoleDeg = 15;

Status Refuse(const std::string& field, const std::string& range, double value) {
  return InvalidArgument("simulation." + field + " must be " + range + "; was " +
                         std::to_string(value));
}

Status CheckBands(const std::vector<EnergyBand>& bands) {
  if (bands.empty()) return Refuse("energy_bands", "one or more", 0);
  for (const EnergyBand& band : bands) {
    if (!(band.share > 0)) return Refuse("energy_bands.share", "above 0", band.share);
    if (!(band.low_ev <= band.high_ev)) {
      return Refuse("energy_bands.low_ev", "at most high_ev", band.low_ev);
    }
    AIRY_TRY(CheckHeliumEnergy(band.low_ev));
    AIRY_TRY(CheckHeliumEnergy(band.high_ev));
    if (band.low_ev <= kResonancesFromEv && band.high_ev >= kResonancesToEv) {
      return Refuse("energy_bands.high_ev", "at most 23.5 in a band from below",
                    band.high_ev);
    }
  }
  return OkStatus();
}

ShotTruth TruthOf(const Scene& scene) {
  ShotTruth truth;
  truth.shape = Droplet::kShapeNames[static_cast<size_t>(scene.droplet.shape())];
  truth.photon_energy_ev = scene.photon_energy_ev;
  truth.radius_nm = scene.droplet.radius_nm();
  truth.axis_ratio = scene.droplet.axis_ratio();
  truth.axis = scene.droplet.axis();
  truth.shape_ratios = scene.droplet.ratios();
  truth.roll_deg = scene.droplet.roll_deg();
  if (scene.droplet.core()) {
    truth.core_ratio = scene.droplet.core()->ratio;
    truth.core_index = scene.droplet.core()->index;
  }
  if (scene.second_colour) {
    truth.second_energy_ev = scene.second_colour->photon_energy_ev;
    truth.second_energy_weight = scene.second_colour->weight;
  }
  for (size_t i = 0; i < scene.companions.size(); ++i) {
    const Companion& c = scene.companions[i];
    truth.companions[i] = {c.radius_nm, c.amplitude, c.separation_um, c.coherent};
  }
  truth.photons = scene.photons;
  truth.hole_deg = scene.hole_deg;
  return truth;
}

// What reaches the plate in every shot, hit or not: scattered light of the beamline.
StrayLight DrawStray(Random* random) {
  StrayLight stray;
  stray.even = random->Uniform(500, 1500);
  stray.halo = random->Uniform(500, 1500);
  stray.exponent = random->Uniform(1.5, 3);
  if (random->Chance(kStreakShare)) {
    stray.streak = StrayLight::Streak{random->Chance(0.5), random->Uniform(100, 300),
                                      random->Uniform(2, 5)};
  }
  return stray;
}

// The part of the stray light that a correction by its mean takes off: too little or too
// much.
std::vector<float> DrawBackground(const PhotonMap& map, StrayLight stray,
                                  Random* random) {
  const double part = 1 + random->Uniform(-kResidual, kResidual);
  stray.even *= part;
  stray.halo *= part;
  stray.streak.reset();  // seen in single shots, not in their mean
  return map.Photons(nullptr, 0, stray);
}

}  // namespace

struct Simulator::Impl {
  Impl(const SimulatorOptions& shot_options, uint64_t shot_seed)
      : options(shot_options),
        seed(shot_seed),
        sampler({shot_options.energy_bands, shot_options.hole_min_deg,
                 shot_options.hole_max_deg}),
        detector(shot_options.size) {}

  // A shot without its image, and what was hit, if anything was.
  struct Drawing {
    Shot shot;
    std::optional<Hit> hit;
  };
  Drawing Draw(uint64_t index) const {
    Random random(seed, index, kSceneStream);
    Drawing drawing;
    drawing.hit = DrawHit(&random);
    Shot& shot = drawing.shot;
    shot.rows = shot.cols = options.size;
    if (drawing.hit) {
      shot.labels_noise_free = drawing.hit->labels;
      shot.labels = LabelledByHand(index, &*drawing.hit);
      shot.truth = TruthOf(drawing.hit->scene);
    } else {
      shot.labels = shot.labels_noise_free = EmptyLabels();
      shot.truth.shape = "none";
      shot.truth.photon_energy_ev = sampler.DrawPhotonEnergyEv(&random);
      shot.truth.hole_deg = sampler.DrawHoleDeg(&random);
    }
    return drawing;
  }

  // Nothing where no droplet was hit.
  std::optional<Hit> DrawHit(Random* random) const {
    const double empty_share =
        options.empty_share < 0 ? Prior::kEmptyShare : options.empty_share;
    const bool empty = random->Chance(empty_share);
    if (empty && !random->Chance(kFaintShare)) return std::nullopt;
    if (options.physics_alone && !empty) return sampler.DrawFromPhysics(random);
    for (;;) {  // ends: a sphere shows its classes at any energy
      const Labels target = empty ? EmptyLabels() : DrawTarget(random);
      Tries tries;
      if (auto hit = sampler.DrawHit(target, random, &tries)) return hit;
    }
  }

  Labels LabelledByHand(uint64_t index, Hit* hit) const {
    if (options.label_noise == 0) return hit->labels;
    Random random(seed, index, kLabelStream);
    return LabelsWith(Disturbed(options.label_noise, &random), hit);
  }

  Labels DrawTarget(Random* random) const {
    if (!random->Chance(options.balance)) return Prior::Draw(random);
    return Prior::DrawWith(random->Below(kEmpty), random);
  }

  PlatePlacement DrawPlacement(double hole_deg, Random* random) const {
    const double jitter = kJitterPixels * options.size / 1035;
    const double middle = 0.5 * (options.size - 1);
    return {middle + random->Uniform(-jitter, jitter),
            middle + random->Uniform(-jitter, jitter), hole_deg};
  }

  const SimulatorOptions options;
  const uint64_t seed;
  const Sampler sampler;
  const DetectorModel detector;
};

Simulator::Simulator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Simulator::~Simulator() = default;

Result<std::unique_ptr<Simulator>> Simulator::Create(const SimulatorOptions& options,
                                                     uint64_t seed) {
  if (options.size < kMinSize || options.size > kMaxSize) {
    return InvalidArgument("simulation.size must be 64..2048; was " +
                           std::to_string(options.size));
  }
  if (!(options.balance >= 0 && options.balance <= 1)) {
    return Refuse("balance", "0..1", options.balance);
  }
  if (!(options.empty_share <= 1)) {
    return Refuse("empty_share", "at most 1", options.empty_share);
  }
  if (!(options.gamma_max <= kMaxGamma)) {
    return Refuse("gamma_max", "at most 4", options.gamma_max);
  }
  if (!(options.gamma_min >= kMinGamma && options.gamma_min <= options.gamma_max)) {
    return Refuse("gamma_min", "0.25..gamma_max", options.gamma_min);
  }
  if (options.physics_alone && options.balance != 0) {
    return Refuse("balance", "0 where physics_alone is set", options.balance);
  }
  if (!(options.label_noise >= 0 && options.label_noise <= 1)) {
    return Refuse("label_noise", "0..1", options.label_noise);
  }
  if (!(options.hole_min_deg >= 0 && options.hole_min_deg <= options.hole_max_deg)) {
    return Refuse("hole_min_deg", "0..hole_max_deg", options.hole_min_deg);
  }
  if (!(options.hole_max_deg <= kMaxHoleDeg)) {
    return Refuse("hole_max_deg", "at most 15", options.hole_max_deg);
  }
  AIRY_TRY(CheckBands(options.energy_bands));
  return std::unique_ptr<Simulator>(new Simulator(std::make_unique<Impl>(options, seed)));
}

Shot Simulator::Draw(uint64_t index) const { return impl_->Draw(index).shot; }

Shot Simulator::Render(uint64_t index) const {
  auto [shot, hit] = impl_->Draw(index);
  const SimulatorOptions& options = impl_->options;
  Random plate_random(impl_->seed, index, kPlateStream);
  const PhotonMap map(options.size,
                      impl_->DrawPlacement(shot.truth.hole_deg, &plate_random),
                      options.corrected);
  const StrayLight stray = DrawStray(&plate_random);
  std::vector<float> photons =
      map.Photons(hit ? &hit->Lit() : nullptr, shot.truth.photons, stray);

  Readout readout;
  readout.gamma = plate_random.Uniform(options.gamma_min, options.gamma_max);
  std::vector<float> background;
  if (options.corrected) {
    background = DrawBackground(map, stray, &plate_random);
    readout.background = &background;
  }
  Random noise_random(impl_->seed, index, kNoiseStream);
  shot.counts = impl_->detector.Expose(std::move(photons), readout, &noise_random);
  return shot;
}

}  // namespace airy::simulation

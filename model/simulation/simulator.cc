#include "model/simulation/simulator.h"

#include <optional>
#include <string>
#include <utility>

#include "model/simulation/detector_model.h"
#include "model/simulation/pattern.h"
#include "model/simulation/prior.h"
#include "model/simulation/sampler.h"

namespace airy::simulation {
namespace {

// Streams of random numbers of one shot.
enum Stream : uint64_t { kSceneStream, kPlateStream, kNoiseStream };

constexpr int kMinSize = 64;
constexpr int kMaxSize = 2048;
// Of the beam on the plate, in pixels of a 1035-pixel image.
constexpr double kJitterPixels = 3;

Status Refuse(const std::string& field, const std::string& range, double value) {
  return InvalidArgument("simulation." + field + " must be " + range + "; was " +
                         std::to_string(value));
}

ShotTruth TruthOf(const Scene& scene) {
  ShotTruth truth;
  truth.shape = Droplet::kShapeNames[static_cast<size_t>(scene.droplet.shape())];
  truth.photon_energy_ev = scene.photon_energy_ev;
  truth.radius_nm = scene.droplet.radius_nm();
  truth.axis_ratio = scene.droplet.axis_ratio();
  truth.axis = scene.droplet.axis();
  if (!scene.companions.empty()) {
    const Companion& companion = scene.companions.front();
    truth.second_radius_nm = companion.radius_nm;
    truth.second_amplitude = companion.amplitude;
    truth.separation_um = companion.separation_um;
    truth.coherent = companion.coherent;
  }
  truth.photons = scene.photons;
  truth.hole_deg = scene.hole_deg;
  return truth;
}

// What reaches the plate in every shot, hit or not: scattered light of the beamline.
void AddStray(const PhotonMap& map, Random* random, std::vector<float>* photons) {
  const double even = random->Uniform(500, 1500);
  const double halo = random->Uniform(500, 1500);
  map.AddStray(even, halo, random->Uniform(1.5, 3), photons);
}

}  // namespace

struct Simulator::Impl {
  Impl(const SimulatorOptions& shot_options, uint64_t shot_seed)
      : options(shot_options), seed(shot_seed), detector(shot_options.size) {}

  // A shot without its image, and what was hit, if anything was.
  struct Drawing {
    Shot shot;
    std::optional<Hit> hit;
  };
  Drawing Draw(uint64_t index) const {
    Random random(seed, index, kSceneStream);
    Drawing drawing;
    Shot& shot = drawing.shot;
    shot.rows = shot.cols = options.size;
    const double empty_share =
        options.empty_share < 0 ? Prior::kEmptyShare : options.empty_share;
    if (random.Chance(empty_share)) {
      shot.labels = EmptyLabels();
      shot.truth.shape = "none";
      shot.truth.hole_deg = DrawHoleDeg(&random);
    } else {
      drawing.hit = DrawHit(DrawTarget(&random), &random);
      shot.labels = drawing.hit->labels;
      shot.truth = TruthOf(drawing.hit->scene);
    }
    return drawing;
  }

  Labels DrawTarget(Random* random) const {
    if (!random->Chance(options.balance)) return prior.Draw(random);
    const auto& classes = prior.classes();
    const int pick = random->Below(static_cast<int>(classes.size()));
    return prior.DrawWith(classes[static_cast<size_t>(pick)], random);
  }

  PlatePlacement DrawPlacement(double hole_deg, Random* random) const {
    const double jitter = kJitterPixels * options.size / 1035;
    const double middle = 0.5 * (options.size - 1);
    return {middle + random->Uniform(-jitter, jitter),
            middle + random->Uniform(-jitter, jitter), hole_deg};
  }

  const SimulatorOptions options;
  const uint64_t seed;
  const Prior prior;
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
  return std::unique_ptr<Simulator>(new Simulator(std::make_unique<Impl>(options, seed)));
}

Shot Simulator::Draw(uint64_t index) const { return impl_->Draw(index).shot; }

Shot Simulator::Render(uint64_t index) const {
  auto [shot, hit] = impl_->Draw(index);
  Random plate_random(impl_->seed, index, kPlateStream);
  const PhotonMap map(impl_->options.size,
                      impl_->DrawPlacement(shot.truth.hole_deg, &plate_random));
  std::vector<float> photons(static_cast<size_t>(shot.rows) *
                             static_cast<size_t>(shot.cols));
  if (hit) map.AddPattern(*hit->light, hit->scene.photons, &photons);
  AddStray(map, &plate_random, &photons);

  Random noise_random(impl_->seed, index, kNoiseStream);
  shot.counts = impl_->detector.Expose(photons, &noise_random);
  return shot;
}

const std::vector<int>& Simulator::ReachedClasses() {
  static const std::vector<int> classes = [] {
    std::vector<int> reached = Prior().classes();
    reached.push_back(kEmpty);
    return reached;
  }();
  return classes;
}

}  // namespace airy::simulation

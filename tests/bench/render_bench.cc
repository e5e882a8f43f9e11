// One shot of 1035x1035 pixels on one core: drawing its scene and light, mapping the
// light to mean photons per pixel, and exposing the detector to them. The last two stand
// beside plain loops over pixels.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "model/simulation/detector_geometry.h"
#include "model/simulation/detector_model.h"
#include "model/simulation/pattern.h"
#include "model/simulation/random.h"
#include "model/simulation/simulator.h"

namespace airy::simulation {
namespace {

constexpr int kEdge = 1035;
constexpr size_t kPixels = size_t{kEdge} * kEdge;
constexpr uint64_t kSeed = 7;
constexpr StrayLight kStray{1000, 1000, 2, {}};

// Spheres of the sizes, photons and energies of the natural prior; of eleven, one is a
// pair whose light interferes.
struct Sample {
  Scene scene;
  std::unique_ptr<const Light> light;
  PlatePlacement placement;
};
const std::vector<Sample>& Samples() {
  static const std::vector<Sample> samples = [] {
    std::vector<Sample> drawn(33);
    for (size_t i = 0; i < drawn.size(); ++i) {
      Random random(kSeed, i, 0);
      Scene& scene = drawn[i].scene;
      scene.photon_energy_ev =
          i % 3 == 0 ? random.Uniform(24.8, 35) : random.Uniform(19.5, 23.5);
      const double radius_nm =
          std::clamp(std::exp(5.77 + 0.38 * random.Normal()), 80.0, 800.0);
      scene.droplet = Droplet::Sphere(radius_nm);
      if (i % 11 == 0) scene.companions = {{radius_nm, {4, 3, 40}, 0.7, true}};
      scene.photons = random.LogUniform(3e4, 3e6);
      drawn[i].light = std::make_unique<const Light>(scene);
      const double middle = 0.5 * (kEdge - 1);
      drawn[i].placement = {middle + random.Uniform(-3, 3),
                            middle + random.Uniform(-3, 3), random.Uniform(1.5, 5)};
    }
    return drawn;
  }();
  return samples;
}

// Hands out the samples in turn.
const Sample& NextSample() {
  static size_t next = 0;
  return Samples()[next++ % Samples().size()];
}

void CountShots(benchmark::State& state) { state.SetItemsProcessed(state.iterations()); }

std::unique_ptr<Simulator> MakeSimulator() {
  auto simulator = Simulator::Create({}, kSeed);
  if (!simulator.ok()) std::abort();
  return std::move(simulator).value();
}

// ---- whole shots

void BM_Draw(benchmark::State& state) {
  const auto simulator = MakeSimulator();
  uint64_t index = 0;
  for (auto _ : state) benchmark::DoNotOptimize(simulator->Draw(index++ % 128));
  CountShots(state);
}
BENCHMARK(BM_Draw)->Iterations(128)->Unit(benchmark::kMillisecond);

void BM_Render(benchmark::State& state) {
  const auto simulator = MakeSimulator();
  uint64_t index = 0;
  for (auto _ : state) benchmark::DoNotOptimize(simulator->Render(index++ % 128));
  CountShots(state);
}
BENCHMARK(BM_Render)->Iterations(128)->Unit(benchmark::kMillisecond);

// ---- light to mean photons

// Every pixel asks every far field for its amplitude.
std::vector<float> PlainMap(const Sample& sample) {
  std::vector<float> map(kPixels);
  const float pitch = static_cast<float>(kPlateDiameterMm / kEdge / kDistanceMm);
  const float plate = static_cast<float>(kPlateDiameterMm / 2 / kDistanceMm);
  const float hole = static_cast<float>(std::tan(Radians(sample.placement.hole_deg)));
  double sum = 0, stray_sum = 0;
  std::vector<float> stray(kPixels);
  for (int row = 0; row < kEdge; ++row) {
    for (int col = 0; col < kEdge; ++col) {
      const float y = static_cast<float>(sample.placement.centre_row - row) * pitch;
      const float x = static_cast<float>(col - sample.placement.centre_col) * pitch;
      const float square = x * x + y * y;
      if (square > plate * plate || square < hole * hole) continue;
      const float cosine = 1 / std::sqrt(1 + square);
      const size_t at = static_cast<size_t>(row) * kEdge + static_cast<size_t>(col);
      map[at] = cosine * cosine * cosine *
                sample.light->Intensity(x * cosine, y * cosine, cosine, pitch);
      stray[at] = 1 + 0.01F / square;
      sum += static_cast<double>(map[at]);
      stray_sum += static_cast<double>(stray[at]);
    }
  }
  const float scale = static_cast<float>(sample.scene.photons / sum);
  const float stray_scale = static_cast<float>((kStray.even + kStray.halo) / stray_sum);
  for (size_t i = 0; i < kPixels; ++i) map[i] = scale * map[i] + stray_scale * stray[i];
  return map;
}

void BM_PlainMap(benchmark::State& state) {
  Samples();
  for (auto _ : state) benchmark::DoNotOptimize(PlainMap(NextSample()));
  CountShots(state);
}
BENCHMARK(BM_PlainMap)->Iterations(33)->Unit(benchmark::kMillisecond);

std::vector<float> Map(const Sample& sample) {
  return PhotonMap(kEdge, sample.placement)
      .Photons(sample.light.get(), sample.scene.photons, kStray);
}

void BM_Map(benchmark::State& state) {
  Samples();
  for (auto _ : state) benchmark::DoNotOptimize(Map(NextSample()));
  CountShots(state);
}
BENCHMARK(BM_Map)->Iterations(99)->Unit(benchmark::kMillisecond);

// ---- mean photons to counts

int PlainPoisson(float mean, Random* random) {
  if (mean > 30) {
    const double draw = static_cast<double>(mean) +
                        std::sqrt(static_cast<double>(mean)) * random->Normal();
    return static_cast<int>(std::max(0.0, draw + 0.5));
  }
  double rest = random->Uniform();
  double term = static_cast<double>(std::exp(-mean));
  int count = 0;
  for (rest -= term; rest > 0 && count < 120; rest -= term) {
    term *= static_cast<double>(mean) / ++count;
  }
  return count;
}

// Photon by photon, and the blur tap by tap.
std::vector<uint16_t> PlainExpose(const std::vector<float>& photons, Random* random) {
  constexpr int kReach = 4;
  std::vector<float> counts(kPixels), along(kPixels);
  for (size_t i = 0; i < kPixels; ++i) {
    if (photons[i] <= 0) continue;
    double gain = 0;
    for (int n = PlainPoisson(photons[i], random); n > 0; --n) {
      gain -= 0.5 * std::log(random->Uniform() * random->Uniform());  // Gamma of shape 2
    }
    const float light = DetectorModel::kCountsPerPhoton * static_cast<float>(gain);
    counts[i] = light / (1 + light / DetectorModel::kSaturationCounts);
  }
  std::array<float, 2 * kReach + 1> taps;
  float sum = 0;
  for (int i = -kReach; i <= kReach; ++i) {
    sum += taps[static_cast<size_t>(i + kReach)] =
        std::exp(-0.6F * static_cast<float>(i * i));
  }
  const auto blur = [&](const std::vector<float>& from, bool vertical,
                        std::vector<float>* to) {
    for (int row = 0; row < kEdge; ++row) {
      for (int col = 0; col < kEdge; ++col) {
        float value = 0;
        for (int i = -kReach; i <= kReach; ++i) {
          const int y = vertical ? row + i : row, x = vertical ? col : col + i;
          if (y < 0 || y >= kEdge || x < 0 || x >= kEdge) continue;
          value += taps[static_cast<size_t>(i + kReach)] / sum *
                   from[static_cast<size_t>(y) * kEdge + static_cast<size_t>(x)];
        }
        (*to)[static_cast<size_t>(row) * kEdge + static_cast<size_t>(col)] = value;
      }
    }
  };
  blur(counts, false, &along);
  blur(along, true, &counts);
  std::vector<uint16_t> digits(kPixels);
  for (size_t i = 0; i < kPixels; ++i) {
    const double value = static_cast<double>(counts[i] + DetectorModel::kOffsetCounts) +
                         2 * random->Normal() + 0.5;
    digits[i] = static_cast<uint16_t>(std::clamp(value, 0.0, 65535.0));
  }
  return digits;
}

template <typename Expose>
void ExposeSamples(benchmark::State& state, Expose expose) {
  std::vector<std::vector<float>> maps;
  for (const Sample& sample : Samples()) maps.push_back(Map(sample));
  uint64_t index = 0;
  for (auto _ : state) {
    Random random(kSeed, index, 1);
    benchmark::DoNotOptimize(expose(maps[index++ % maps.size()], &random));
  }
  CountShots(state);
}

void BM_PlainExpose(benchmark::State& state) { ExposeSamples(state, PlainExpose); }
BENCHMARK(BM_PlainExpose)->Iterations(33)->Unit(benchmark::kMillisecond);

// The copy of the map, which a shot does not need, is measured too.
void BM_Expose(benchmark::State& state) {
  const DetectorModel detector(kEdge);
  ExposeSamples(state, [&](std::vector<float> map, Random* random) {
    return detector.Expose(std::move(map), {}, random);
  });
}
BENCHMARK(BM_Expose)->Iterations(99)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace airy::simulation

#include "client/detector/pattern_command.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "client/detector/pattern_source.h"
#include "client/detector/truth_columns.h"
#include "model/simulation/simulator.h"
#include "preprocess/frame/result.h"
#include "proto/cxi/shot_file.h"
#include "proto/plot/canvas.h"

namespace airy::detector {
namespace {

using simulation::PatternDetector;
using simulation::PatternSource;

constexpr int kMinNoisySize = 64;
constexpr double kUsualPhotons = 1e6;

struct Noise {
  bool detector = false;
  double photons = 0;
  uint64_t seed = 0;
};

Result<Noise> NoiseOf(const PatternOptions& options) {
  if (options.noise != "none" && options.noise != "detector") {
    return InvalidArgument("--noise must be none or detector; was " + options.noise);
  }
  Noise noise;
  noise.detector = options.noise == "detector";
  if (!noise.detector) {
    if (options.photons || options.seed) {
      return InvalidArgument("--photons and --seed need --noise detector");
    }
    return noise;
  }
  noise.photons = options.photons.value_or(kUsualPhotons);
  noise.seed = options.seed.value_or(1);
  AIRY_TRY(CheckRange("--photons", noise.photons, 1, 1e9));
  AIRY_TRY(CheckRange("--size with --noise detector", options.size, kMinNoisySize, 2048));
  return noise;
}

Result<PatternDetector> DetectorOf(const PatternOptions& options) {
  AIRY_TRY(CheckRange("--size", options.size, 8, 2048));
  AIRY_TRY(CheckRange("--hole-deg", options.hole_deg, 0, 29));
  if (options.polarisation_deg) {
    AIRY_TRY(CheckRange("--polarisation-deg", *options.polarisation_deg, -360, 360));
  }
  return PatternDetector{options.size, options.hole_deg, options.flat_detector,
                         options.polarisation_deg};
}

Result<simulation::Method> MethodOf(const std::string& name) {
  const auto& names = simulation::kMethodNames;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return InvalidArgument(
        "--method must be split-step, pmsft, msft-ray, msft-absorption or born; was " +
        name);
  }
  return static_cast<simulation::Method>(found - names.begin());
}

using Numbers = std::vector<std::pair<std::string, double>>;

// Every parameter that is a number, by the name it has among a simulated set's truth.
Numbers NumbersOf(const PatternOptions& options, const PatternSource& source,
                  const Noise& noise) {
  const simulation::Droplet& droplet = source.droplet;
  Numbers numbers = {{"photon_energy_ev", options.photon_energy_ev},
                     {"wavelength_nm", source.medium.wavelength_nm},
                     {"delta", 1 - source.medium.index.real()},
                     {"beta", source.medium.index.imag()},
                     {"radius_nm", droplet.radius_nm()},
                     {"first_ratio", droplet.ratios()[0]},
                     {"second_ratio", droplet.ratios()[1]},
                     {"axis_ratio", droplet.axis_ratio()},
                     {"axis_x", droplet.axis()[0]},
                     {"axis_y", droplet.axis()[1]},
                     {"axis_z", droplet.axis()[2]},
                     {"tilt_deg", options.tilt_deg},
                     {"azimuth_deg", options.azimuth_deg},
                     {"roll_deg", droplet.roll_deg()},
                     {"hole_deg", options.hole_deg},
                     {"flat_detector", options.flat_detector ? 1 : 0}};
  if (options.polarisation_deg) {
    numbers.emplace_back("polarisation_deg", *options.polarisation_deg);
  }
  if (const auto& core = droplet.core()) {
    numbers.emplace_back("core_ratio", core->ratio);
    numbers.emplace_back("core_delta", 1 - core->index.real());
    numbers.emplace_back("core_beta", core->index.imag());
  }
  if (const auto& second = source.second) {
    numbers.emplace_back("second_radius_nm", second->droplet.radius_nm());
    numbers.emplace_back("second_amplitude", second->amplitude);
    numbers.emplace_back("separation_x_um", second->separation_um[0]);
    numbers.emplace_back("separation_y_um", second->separation_um[1]);
    numbers.emplace_back("separation_z_um", second->separation_um[2]);
    numbers.emplace_back("coherent", second->coherent ? 1 : 0);
  }
  if (noise.detector) numbers.emplace_back("photons", noise.photons);
  return numbers;
}

Status WritePattern(const PatternOptions& options, const Numbers& numbers,
                    const Noise& noise, PixelType type, const void* pixels) {
  cxi::ShotWriterOptions file;
  file.info = {1, options.size, options.size, type, false};
  file.title = "One simulated diffraction pattern";
  file.attributes = {{"simulator_version", simulation::kSimulatorVersion},
                     {"shape", options.shape},
                     {"method", options.method},
                     {"noise", options.noise},
                     {"device", options.device},
                     {"intensity_unit", noise.detector ? "counts" : "nm^2/sr"}};
  if (noise.detector) file.attributes.emplace_back("seed", std::to_string(noise.seed));
  std::vector<double> values;
  for (const auto& [name, value] : numbers) {
    file.truth_names.push_back(name);
    values.push_back(value);
  }
  file.photon_energies = true;
  file.geometry = GeometryOf(options.size);
  AIRY_ASSIGN_OR_RETURN(const auto writer, cxi::ShotWriter::Create(options.out, file));
  AIRY_TRY(
      writer->Append(pixels, cxi::Labels{}, values, Joule(options.photon_energy_ev)));
  return writer->Close();
}

// Four decades below the brightest pixels.
Status DrawPattern(const std::vector<float>& pattern, int size, const std::string& path) {
  const float high = plot::Quantile(pattern, 0.999);
  std::vector<float> scaled = pattern;
  const float floor = high > 0 ? high / 1e4F : 1;
  for (float& value : scaled) value /= floor;
  plot::Canvas canvas(size, size);
  canvas.Image(0, 0, size, size, scaled, plot::Scale::kLog, 0, high / floor);
  return canvas.SavePng(path);
}

}  // namespace

Status RunPattern(const PatternOptions& options, const StopSignals& stop) {
  AIRY_ASSIGN_OR_RETURN(const PatternSource source, PatternSourceOf(options));
  AIRY_ASSIGN_OR_RETURN(const PatternDetector detector, DetectorOf(options));
  AIRY_ASSIGN_OR_RETURN(const simulation::Method method, MethodOf(options.method));
  AIRY_ASSIGN_OR_RETURN(const Noise noise, NoiseOf(options));
  AIRY_TRY(simulation::CheckDevice(options.device));
  if (options.out.empty() || options.out == options.png) {
    return InvalidArgument("--out must be a file of its own; was \"" + options.out +
                           "\"");
  }
  if (std::filesystem::exists(options.out)) {
    return FailedPrecondition(options.out + ": exists already");
  }
  std::vector<float> pattern =
      simulation::SinglePattern(source, detector, method, options.device);
  if (stop.Raised()) return {StatusCode::kCancelled, "stopped by a signal"};
  std::vector<uint16_t> counts;
  if (noise.detector) {
    counts = simulation::NoisyPattern(pattern, options.size, noise.photons, noise.seed);
    pattern.assign(counts.begin(), counts.end());
  }
  // The picture first: where it cannot be written there is no pattern either.
  if (!options.png.empty()) {
    AIRY_TRY(DrawPattern(pattern, options.size, options.png));
  }
  const Numbers numbers = NumbersOf(options, source, noise);
  return noise.detector
             ? WritePattern(options, numbers, noise, PixelType::kUint16, counts.data())
             : WritePattern(options, numbers, noise, PixelType::kFloat32, pattern.data());
}

}  // namespace airy::detector

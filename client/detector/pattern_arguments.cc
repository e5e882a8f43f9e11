#include "client/detector/pattern_arguments.h"

#include <CLI/CLI.hpp>

namespace airy::detector {
namespace {

constexpr const char* kExamples = R"(
Writes |f|^2 (nm^2/sr) at the middle of each pixel of a flat detector, 75 mm across and
65 mm behind the droplet, as a CXI file with every parameter beside it.

  airy-detector pattern --shape sphere --radius-nm 335 --out sphere.cxi --png sphere.png
  airy-detector pattern --shape oblate --c-over-a 0.7 --tilt-deg 45 --photon-energy-ev 20 \
      --out oblate.cxi
  airy-detector pattern --shape ellipsoid --a-over-b 1.5 --b-over-c 1.2 --azimuth-deg 30 \
      --out ellipsoid.cxi
  airy-detector pattern --shape capsule --half-length 2.5 --tilt-deg 20 --out streak.cxi
  airy-detector pattern --separation-um 5,0,30 --second-radius-nm 280 --out newton.cxi
  airy-detector pattern --core-ratio 0.4 --core-delta 0.1 --core-beta 0.2 --out doped.cxi
  airy-detector pattern --noise detector --seed 7 --photons 3e5 --hole-deg 3 \
      --flat-detector --size 1035 --out shot.cxi

Coordinates: x right, y up, z along the beam. Methods, from the best to the crudest:
split-step, pmsft, msft-ray, msft-absorption, born.)";

void AddDropletOptions(CLI::App* command, PatternOptions* options) {
  command->add_option("--shape", options->shape,
                      "sphere, oblate, ellipsoid, capsule, two-lobed or fission-pair");
  command->add_option("--radius-nm", options->radius_nm,
                      "radius of the sphere of equal volume");
  command->add_option("--c-over-a", options->c_over_a,
                      "oblate: polar over equatorial radius, 0.5..1 [0.8]");
  command->add_option("--a-over-b", options->a_over_b,
                      "ellipsoid: long over middle half axis, 1..4 [1.3]");
  command->add_option("--b-over-c", options->b_over_c,
                      "ellipsoid: middle over short half axis, 1..4 [1.1]");
  command->add_option("--roll-deg", options->roll_deg,
                      "ellipsoid: turn about the long axis [0]");
  command->add_option("--half-length", options->half_length,
                      "capsule: half length over radius, 1..8 [2]");
  command->add_option(
      "--cassini-ratio", options->cassini_ratio,
      "two-lobed: A/c of the Cassini oval, 1..4, necked below 1.41 [1.2]");
  command->add_option("--size-ratio", options->size_ratio,
                      "fission-pair: smaller over larger radius, 0.2..1 [0.9]");
  command->add_option("--tilt-deg", options->tilt_deg,
                      "the axis out of the detector plane, towards +z");
  command->add_option("--azimuth-deg", options->azimuth_deg,
                      "the axis in the detector plane, from x towards y");
  command->add_option("--core-ratio", options->core_ratio,
                      "size of a concentric core, 0.05..0.99 of the droplet");
  command->add_option("--core-delta", options->core_delta, "the core's 1 - Re n [0]");
  command->add_option("--core-beta", options->core_beta, "the core's Im n [0]");
  command
      ->add_option("--separation-um", options->separation_um,
                   "X,Y,Z of a second droplet, a sphere, from the first")
      ->delimiter(',')
      ->take_all();
  command->add_option("--second-radius-nm", options->second_radius_nm,
                      "its radius [that of the first]");
  command->add_option("--second-amplitude", options->second_amplitude,
                      "field that lights it, relative to the first's [1]");
  command->add_flag("--incoherent", options->incoherent,
                    "add the intensities of the two, without fringes");
}

}  // namespace

void AddPattern(CLI::App* app, PatternOptions* options,
                std::function<Status(const StopSignals&)>* run) {
  auto* command = app->add_subcommand("pattern", "write one simulated pattern");
  command->footer(kExamples);
  AddDropletOptions(command, options);
  command->add_option("--photon-energy-ev", options->photon_energy_ev,
                      "helium: 19.5..23.5 or 24.8..40");
  command->add_option("--delta", options->delta, "another material: 1 - Re n");
  command->add_option("--beta", options->beta, "another material: Im n");
  command->add_option("--method", options->method, "how light goes through the droplet");
  command->add_option("--device", options->device, "cpu or cuda:N");
  command->add_option("--size", options->size, "edge of the image, pixels; 8..2048");
  command->add_option("--hole-deg", options->hole_deg, "the detector's central hole");
  command->add_flag("--flat-detector", options->flat_detector,
                    "multiply by cos^3 of the angle, as a flat detector counts");
  command->add_option("--polarisation-deg", options->polarisation_deg,
                      "linear polarisation, from x towards y [unpolarised]");
  command->add_option("--noise", options->noise,
                      "none: |f|^2; detector: counts, by the detector model");
  command->add_option("--photons", options->photons,
                      "with --noise: expected on the plate [1e6]");
  command->add_option("--seed", options->seed, "with --noise: of the noise [1]");
  command->add_option("--out", options->out, "CXI file to write")->required();
  command->add_option("--png", options->png,
                      "picture to write too: log scale, 4 decades");
  command->callback([=] {
    *run = [=](const StopSignals& stop) { return RunPattern(*options, stop); };
  });
}

}  // namespace airy::detector

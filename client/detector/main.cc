// airy-detector: a simulated or replayed detector that serves the Karabo bridge protocol.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "client/detector/replay_command.h"
#include "client/detector/stop_signals.h"
#ifdef AIRY_DETECTOR_SIMULATES
#include "client/detector/calibrate_command.h"
#include "client/detector/dataset_command.h"
#include "client/detector/gallery_command.h"
#include "client/detector/noise_command.h"
#include "client/detector/pattern_arguments.h"
#include "client/detector/simulate_command.h"
#include "model/torch_engine.h"
#endif

namespace airy::detector {
namespace {

constexpr int kUsage = 2;  // exit status: an option is wrong

using Run = std::function<Status(const StopSignals&)>;

SenderType ParseSenderType(const std::string& name) {  // one of kSenderTypeNames
  return static_cast<SenderType>(
      std::find(kSenderTypeNames.begin(), kSenderTypeNames.end(), name) -
      kSenderTypeNames.begin());
}

void AddStreamOptions(CLI::App* command, StreamOptions* options) {
  BridgeSenderOptions* socket = &options->socket;
  const auto endpoint = [socket](bool bind) {
    return [socket, bind](const std::string& value) {
      socket->endpoint = value;
      socket->bind = bind;
    };
  };
  auto* bind = command->add_option_function<std::string>(
      "--bind", endpoint(true), "endpoint to bind [tcp://127.0.0.1:45000]");
  command
      ->add_option_function<std::string>("--connect", endpoint(false),
                                         "endpoint to connect to instead")
      ->excludes(bind);
  const auto set_type = [socket](const std::string& name) {
    socket->type = ParseSenderType(name);
  };
  command->add_option_function<std::string>("--type", set_type, "socket [pub]")
      ->check(CLI::IsMember({"pub", "push", "rep"}));
  command->add_option("--hwm", socket->high_water_mark, "messages queued per peer");
  command->add_option("--rate", options->rate_hz, "frames per second");
  command->add_option("--frames", options->frames, "end after so many frames");
  command->add_option("--seconds", options->seconds, "end after so many seconds");
  command->add_option("--frames-per-train", options->frames_per_train,
                      "frames in one message");
  command->add_option("--first-train-id", options->first_train_id,
                      "id of the first train");
  command->add_option("--source", options->source, "name of the source");
  command->add_option("--key", options->key, "path of the pixel array");
  command->add_option("--pulse-id-key", options->pulse_id_key,
                      "path of the array of pulse ids");
  command->add_option("--wait-for-subscriber", options->wait_for_subscriber_s,
                      "seconds to wait for the first subscriber of a pub socket");
  command->add_option("--log", options->log_path,
                      "file for one JSON line per frame with its ids and truth");
  command->add_option("--faults", options->faults,
                      "share of trains to spoil, e.g. drop:0.01,truncate:0.01,"
                      "duplicate:0.01,reorder:0.01");
  command->add_option("--order-seed", options->seed,
                      "seed of the order of shots and of the faults");
}

void AddReplay(CLI::App* app, ReplayOptions* options, Run* run) {
  auto* command = app->add_subcommand("replay", "stream the shots of image files");
  command
      ->add_option(
          "file", options->files,
          "CXI/HDF5, PNG or TIFF files or folders; FILE.h5:/path names the image "
          "stack in an HDF5 file")
      ->required()
      ->take_all();
  command->add_flag("--loop", options->loop, "begin again after the last shot");
  AddStreamOptions(command, &options->stream);
  command->callback(
      [=] { *run = [=](const StopSignals& stop) { return RunReplay(*options, stop); }; });
}

#ifdef AIRY_DETECTOR_SIMULATES
void AddSimulate(CLI::App* app, SimulateOptions* options, Run* run) {
  auto* command = app->add_subcommand("simulate", "stream simulated shots");
  command->add_option("--hits", options->pool.hits, "distinct hits in the pool");
  command->add_option("--misses", options->pool.misses, "distinct misses");
  command->add_option("--size", options->pool.size, "edge of the detector, pixels");
  command->add_option("--balance", options->pool.balance,
                      "0: classes as often as in nature, 1: evenly");
  command->add_option("--seed", options->pool.seed, "seed of the pool");
  command->add_option("--cache", options->cache_folder,
                      "folder that keeps pools [~/.cache/airy]");
  command->add_option("--threads", options->threads, "threads that render the pool");
  command->add_option("--hit-rate", options->hit_rate, "share of hits among the frames");
  AddStreamOptions(command, &options->stream);
  command->callback([=] {
    *run = [=](const StopSignals& stop) { return RunSimulate(*options, stop); };
  });
}

std::string SetsHelp() {
  std::string help = "Named sets (their options may be overridden after --set):\n";
  for (const NamedSet& set : NamedSets()) {
    std::string name = set.recipe.name;
    name.resize(20, ' ');
    help += "  " + name + std::string(set.about) + "; seed " +
            std::to_string(set.recipe.seed) + "\n";
  }
  return help;
}

// --set NAME: the options begin as that set's.
void BeginWithSet(const std::string& name, SetRecipe* recipe) {
  if (name == "help") throw CLI::CallForHelp();
  const SetRecipe* found = FindNamedSet(name);
  if (found == nullptr) {
    std::string names;
    for (const NamedSet& set : NamedSets()) names += " " + set.recipe.name;
    throw CLI::ValidationError("--set", "must be one of" + names + "; was " + name);
  }
  *recipe = *found;
}

void AddDataset(CLI::App* app, DatasetOptions* options, Run* run) {
  auto* command =
      app->add_subcommand("dataset", "write a labelled set of simulated shots");
  SetRecipe* recipe = &options->recipe;
  simulation::SimulatorOptions* simulator = &recipe->simulator;
  command->footer(SetsHelp());
  // Options take effect in this order.
  command->add_option_function<std::string>(
      "--set", [=](const std::string& name) { BeginWithSet(name, recipe); },
      "a named set; \"help\" lists them");
  command->add_option("--shots", recipe->shots, "how many");
  command->add_option("--seed", recipe->seed, "seed of the set");
  command->add_option("--out", options->out, "CXI file to write [NAME.cxi of --set]");
  command->add_flag("--class-folders", options->class_folders,
                    "as CXIDB-10: --out is a folder with one for each of four shapes");
  command->add_option("--size", options->size,
                      "edge of the images: 1035 as rendered, or rescaled");
  command->add_option("--min-positives", recipe->min_positives,
                      "so many shots of each class at least");
  command->add_option("--balance", simulator->balance,
                      "0: classes as often as in nature, 1: evenly");
  command->add_option("--empty-share", simulator->empty_share,
                      "share of shots without a droplet; -1: as in nature");
  command->add_option("--label-noise", simulator->label_noise,
                      "how far labels stray near the thresholds, 0..1");
  command
      ->add_option_function<std::vector<double>>(
          "--gamma",
          [=](const std::vector<double>& range) {
            simulator->gamma_min = range.front();
            simulator->gamma_max = range.back();
          },
          "MIN,MAX of the detector's response, light to the power of gamma [1,1]")
      ->delimiter(',')
      ->expected(2);
  command->add_flag("--corrected", simulator->corrected,
                    "images as they are published, without cos^3 and stray light");
  command->add_option("--threads", options->threads, "threads that render");
  command->callback([=] {
    *run = [=](const StopSignals& stop) { return RunDataset(*options, stop); };
  });
}

void AddGallery(CLI::App* app, GalleryOptions* options, Run* run) {
  auto* command = app->add_subcommand(
      "gallery", "draw each class, as image and as CCF map, at four levels of noise");
  command->add_option("--out", options->out, "folder of the pictures")->required();
  command->add_option("--seed", options->seed, "seed of the shots to choose from");
  command->add_option("--candidates", options->candidates, "how many of them");
  command->add_option("--threads", options->threads, "threads that draw them");
  command->callback([=] {
    *run = [=](const StopSignals& stop) { return RunGallery(*options, stop); };
  });
}

void AddCalibrate(CLI::App* app, CalibrateOptions* options, Run* run) {
  auto* command = app->add_subcommand(
      "calibrate", "compare simulated labels and sizes with those of CXIDB-94");
  command->add_option("--shots", options->shots, "how many, drawn without images");
  command->add_option("--seed", options->seed, "seed of the shots");
  command->add_option("--hits-per-combination", options->hits_per_combination,
                      "hits of each combination to measure acceptance with");
  command
      ->add_option("--out", options->out,
                   "folder for calibration.txt and calibration.png")
      ->required();
  command->add_option("--threads", options->threads, "threads that draw");
  command->callback([=] {
    *run = [=](const StopSignals& stop) { return RunCalibrate(*options, stop); };
  });
}

void AddNoise(CLI::App* app, NoiseOptions* options, Run* run) {
  auto* command = app->add_subcommand(
      "noise", "write a set at 224 x 224 with noise of one of four levels");
  command
      ->add_option("file", options->files,
                   "CXI/HDF5, PNG or TIFF files or folders; together one set")
      ->required()
      ->take_all();
  const auto set_level = [options](const std::string& name) {
    options->level = static_cast<simulation::NoiseLevel>(
        std::find(simulation::kNoiseLevelNames.begin(),
                  simulation::kNoiseLevelNames.end(), name) -
        simulation::kNoiseLevelNames.begin());
  };
  command
      ->add_option_function<std::string>(
          "--level", set_level, "even noise up to the median of this over the images")
      ->required()
      ->check(CLI::IsMember(std::vector<std::string>(
          simulation::kNoiseLevelNames.begin(), simulation::kNoiseLevelNames.end())));
  command->add_option("--seed", options->seed, "seed of the noise");
  command->add_option("--out", options->out, "CXI file to write")->required();
  command->callback(
      [=] { *run = [=](const StopSignals& stop) { return RunNoise(*options, stop); }; });
}
#endif

// What does not fit into 64 bits CLI11 would take for the largest number that does.
void CheckSeeds(CLI::App* app) {
  const CLI::Validator check(
      [](const std::string& text) {
        uint64_t value = 0;
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, value);
        return error == std::errc() && stop == end
                   ? std::string()
                   : "must be 0..18446744073709551615; was " + text;
      },
      "");
  for (CLI::App* command : app->get_subcommands({})) {
    for (CLI::Option* option : command->get_options()) {
      if (option->get_name().ends_with("seed")) option->check(check);
    }
  }
}

int Main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that is too large is an error, not the end
  const StopSignals stop;
  CLI::App app("A detector for airyd to listen to, over the Karabo bridge protocol 2.2.",
               "airy-detector");
  app.require_subcommand(1);
  app.option_defaults()->always_capture_default()->take_last();
  Run run;
  ReplayOptions replay;
  AddReplay(&app, &replay, &run);
#ifdef AIRY_DETECTOR_SIMULATES
  model::SetIntraOpThreads(1);
  SimulateOptions simulate;
  AddSimulate(&app, &simulate, &run);
  DatasetOptions dataset;
  AddDataset(&app, &dataset, &run);
  CalibrateOptions calibrate;
  AddCalibrate(&app, &calibrate, &run);
  GalleryOptions gallery;
  AddGallery(&app, &gallery, &run);
  PatternOptions pattern;
  AddPattern(&app, &pattern, &run);
  NoiseOptions noise;
  AddNoise(&app, &noise, &run);
#endif
  CheckSeeds(&app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;  // 0: --help
  }
  const Status status = run(stop);
  if (status.ok()) return 0;
  std::fprintf(stderr, "airy-detector: %s\n", status.message().c_str());
  if (status.code() == StatusCode::kCancelled) return 130;
  return status.code() == StatusCode::kInvalidArgument ? kUsage : 1;
}

}  // namespace
}  // namespace airy::detector

int main(int argc, char** argv) { return airy::detector::Main(argc, argv); }

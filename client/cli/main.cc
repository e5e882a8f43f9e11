// airy: asks a running airyd. One function per subcommand; here only the command line.

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "client/cli/classify_command.h"
#include "client/cli/watch_command.h"
#include "preprocess/frame/classes.h"

namespace {

using airy::cli::ClassifyArguments;
using airy::cli::WatchArguments;

constexpr const char* kFooter = R"(Examples:
  airy classify shot.tiff                     one image
  airy classify run42.cxi --json              every image of a file, one JSON line each
  airy classify raw.h5:/data/frames --index 7
  airy watch                                  live table of what the beam is doing
  airy watch --hits-only --class bent --min-probability 0.9 --json

Exit codes: 0 ok; 1 the server or a file said no; 2 the command line is wrong;
3 no server answered, it went away or is busy: trying again may help.)";

// Refuses the numbers that `holds` is false for, nan among them, and says the rule. What
// is no number is left to CLI11.
CLI::Validator Must(const std::string& rule, bool (*holds)(double)) {
  const auto check = [=](const std::string& value) -> std::string {
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    const bool whole = end != value.c_str() && *end == '\0';
    return !whole || holds(number) ? "" : "must " + rule + "; was " + value;
  };
  return {check, ""};
}

// Where the daemon is, for every subcommand.
template <typename Arguments>
void AddServer(CLI::App* command, Arguments* arguments) {
  command->add_option("--server", arguments->server, "host:port of airyd's gRPC service")
      ->capture_default_str();
  command
      ->add_option("--timeout", arguments->timeout_s, "seconds to wait until it answers")
      ->check(Must("be in (0, 1e6]", [](double s) { return s > 0 && s <= 1e6; }))
      ->capture_default_str();
}

CLI::App* AddClassify(CLI::App* app, ClassifyArguments* arguments) {
  CLI::App* command = app->add_subcommand(
      "classify",
      "Classify images in files with the network that serves the live stream");
  command
      ->add_option(
          "FILE", arguments->files,
          "CXI/HDF5, PNG or TIFF files, or folders of them; FILE.h5:/path names "
          "the image stack in an HDF5 file, which is otherwise looked for in the "
          "usual places")
      ->required();
  AddServer(command, arguments);
  command->add_option("--index", arguments->index,
                      "only this image of each file, from 0");
  command
      ->add_option("--counts-scale", arguments->counts_scale,
                   "multiplies counts, for a detector with another gain than the network "
                   "was trained on")
      ->check(Must("be in (0, 1e6]", [](double x) { return x > 0 && x <= 1e6; }))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "one JSON object per line and image");
  return command;
}

CLI::App* AddWatch(CLI::App* app, WatchArguments* arguments) {
  CLI::App* command = app->add_subcommand(
      "watch", "Show the live stream: rates, classes, latency, losses (Ctrl-C ends)");
  AddServer(command, arguments);
  command->add_flag("--hits-only", arguments->filter.hits_only, "hits only");
  const std::vector<std::string> classes(airy::kClassNames.begin(),
                                         airy::kClassNames.end());
  command
      ->add_option("--class", arguments->filter.classes,
                   "only frames of this class; may be given several times")
      ->check(CLI::IsMember(classes));
  command
      ->add_option("--min-probability", arguments->filter.min_probability,
                   "what makes a frame one of a class; default: the model's thresholds")
      ->check(Must("be in 0..1", [](double p) { return p >= 0 && p <= 1; }));
  command->add_option("--source", arguments->filter.sources,
                      "only this source; may be given several times");
  command->add_flag("--json", arguments->json,
                    "one JSON object per line and result instead of the table");
  command->add_option("--count", arguments->count, "end after this many results")
      ->check(Must("be 1 or more", [](double n) { return n >= 1; }));
  command->add_option("--seconds", arguments->seconds, "end after this time")
      ->check(Must("be in (0, 1e9]", [](double s) { return s > 0 && s <= 1e9; }));
  return command;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("airy: ask a running airyd what it sees", "airy");
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  app.set_version_flag("--version", AIRY_VERSION);
  ClassifyArguments classify;
  WatchArguments watch;
  const CLI::App* classify_command = AddClassify(&app, &classify);
  const CLI::App* watch_command = AddWatch(&app, &watch);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // --help, --version
    app.exit(error);
    return asked ? airy::cli::kOk : airy::cli::kUsage;
  }
  if (classify_command->parsed()) return RunClassify(classify);
  if (watch_command->parsed()) return RunWatch(watch);
  std::cerr << app.help();
  return airy::cli::kUsage;
}

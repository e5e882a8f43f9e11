#include "tests/bench/model/bench_options.h"

#include <array>
#include <sstream>
#include <string_view>

#include "model/device.h"
#include "model/trainer/flags.h"

namespace airy::model {
namespace {

constexpr std::array<std::string_view, 2> kSwitch = {"off", "on"};

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

Status ReadBatches(const trainer::Flags& flags, const std::string& name,
                   std::vector<int>* batches) {
  if (!flags.Has(name)) return OkStatus();
  std::string text;
  flags.Text(name, &text);
  batches->clear();
  for (const std::string& part : Split(text)) {
    uint64_t batch = 0;
    if (!trainer::ParseUnsigned(part, &batch) || batch > 512) {
      return InvalidArgument("--" + name + " must be numbers in 0..512; was '" + text +
                             "'");
    }
    if (batch > 0) batches->push_back(static_cast<int>(batch));
  }
  return OkStatus();
}

}  // namespace

Result<BenchOptions> ParseBenchOptions(std::span<const char* const> words) {
  constexpr std::array<std::string_view, 9> kValued = {
      "networks", "batches", "train-batches", "frames", "graphs",
      "seconds",  "device",  "dtype",         "threads"};
  AIRY_ASSIGN_OR_RETURN(const trainer::Flags flags,
                        trainer::Flags::Parse(words, {}, kValued));
  BenchOptions options;
  if (flags.Has("networks")) {
    std::string networks;
    flags.Text("networks", &networks);
    options.networks = Split(networks);
  }
  AIRY_TRY(ReadBatches(flags, "batches", &options.batches));
  AIRY_TRY(ReadBatches(flags, "train-batches", &options.train_batches));
  AIRY_TRY(flags.Integer("frames", 0, 8192, &options.frames));
  if (options.frames != 0 && options.frames < 8) {
    return InvalidArgument("--frames must be 0 or 8..8192; was " +
                           std::to_string(options.frames));
  }
  AIRY_TRY(flags.Choice("graphs", kSwitch, &options.graphs));
  AIRY_TRY(flags.Number("seconds", 0, 3600, &options.seconds));
  flags.Text("device", &options.device_name);
  AIRY_TRY(flags.Choice("dtype", kDtypeNames, &options.dtype));
  AIRY_TRY(flags.Integer("threads", 1, 1024, &options.threads));
  AIRY_ASSIGN_OR_RETURN(options.device, FindDevice(options.device_name));
  return options;
}

}  // namespace airy::model

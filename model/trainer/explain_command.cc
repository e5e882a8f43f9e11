#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/explainer.h"
#include "model/torch_engine.h"
#include "model/trainer/cam_report.h"
#include "model/trainer/commands.h"
#include "model/trainer/input_maker.h"
#include "model/trainer/locus_check.h"
#include "model/trainer/progress_line.h"
#include "model/trainer/shot_source.h"

namespace airy::trainer {
namespace {

constexpr std::string_view kSwitches[] = {"locus", "activated"};
constexpr std::string_view kValued[] = {"model",   "threads", "device", "shots",
                                        "classes", "layer",   "score",  "activation",
                                        "method",  "out"};
constexpr int64_t kShotsByDefault = 16;
constexpr size_t kBatch = 32;

// "0,3,10-20": numbers below `size`, in the order given.
Result<std::vector<int64_t>> ParseShots(const std::string& text, int64_t size) {
  std::vector<int64_t> shots;
  for (const std::string& part : SplitAt(',', text)) {
    const std::string_view item = part;
    const size_t dash = std::min(item.find('-'), item.size());
    uint64_t first = 0, last = 0;
    const bool is_read =
        ParseUnsigned(item.substr(0, dash), &first) &&
        ParseUnsigned(dash == item.size() ? item : item.substr(dash + 1), &last);
    if (!is_read || first > last || last >= static_cast<uint64_t>(size)) {
      return InvalidArgument("option --shots must be numbers or ranges in 0.." +
                             std::to_string(size - 1) + " such as 0,3,10-20; was '" +
                             text + "'");
    }
    for (uint64_t i = first; i <= last; ++i) shots.push_back(static_cast<int64_t>(i));
  }
  return shots;
}

// all, above (none listed), or names of `known`.
Result<std::vector<int>> ParseClasses(const std::string& text,
                                      std::span<const std::string> known) {
  std::vector<int> classes;
  if (text == "above") return classes;
  if (text == "all") {
    for (int i = 0; i < std::ssize(known); ++i) classes.push_back(i);
    return classes;
  }
  for (const std::string& part : SplitAt(',', text)) {
    const auto found = std::ranges::find(known, part);
    if (found == known.end()) {
      std::string names;
      for (const std::string& name : known) names.append(" ").append(name);
      return InvalidArgument(
          "option --classes must be all, above or names, with commas, of" + names +
          "; was '" + text + "'");
    }
    classes.push_back(static_cast<int>(found - known.begin()));
  }
  return classes;
}

Status ReadCamFlags(const Flags& flags, model::CamOptions* cam) {
  flags.Text("layer", &cam->layer);
  cam->activated = flags.Has("activated");
  AIRY_TRY(flags.Choice("method", model::kCamMethodNames, &cam->method));
  AIRY_TRY(flags.Choice("score", model::kCamScoreNames, &cam->score));
  return flags.Choice("activation", model::kCamActivationNames, &cam->activation);
}

// Mistakes that are seen before anything is loaded.
Status CheckFlags(const Flags& flags) {
  if (!flags.Has("model")) return InvalidArgument("option --model FILE is missing");
  if (flags.Has("locus")) {
    for (const char* name : {"data", "shots", "classes", "out"}) {
      if (flags.Has(name)) {
        return InvalidArgument("option --locus needs --simulate, and takes no --" +
                               std::string(name));
      }
    }
    return OkStatus();
  }
  std::string out;
  flags.Text("out", &out);
  if (out.empty()) return InvalidArgument("option --out FOLDER or FILE is missing");
  const std::filesystem::path path(out);
  if (!path.has_extension() || path.extension() == ".safetensors" ||
      std::filesystem::is_directory(path)) {
    return OkStatus();
  }
  return InvalidArgument("option --out must be a folder or a .safetensors file; was '" +
                         out + "'");
}

Status ExplainShots(const Flags& flags, int threads, const model::CamOptions& cam,
                    model::Explainer* explainer) {
  std::string out, classes_text = "above", shots_text;
  flags.Text("out", &out);
  flags.Text("classes", &classes_text);
  AIRY_ASSIGN_OR_RETURN(const std::vector<int> classes,
                        ParseClasses(classes_text, explainer->info().classes));
  AIRY_ASSIGN_OR_RETURN(const model::Dataset dataset, LoadShots(flags, threads));
  shots_text = "0-" + std::to_string(std::min(kShotsByDefault, dataset.size()) - 1);
  flags.Text("shots", &shots_text);
  AIRY_ASSIGN_OR_RETURN(const std::vector<int64_t> shots,
                        ParseShots(shots_text, dataset.size()));

  model::SetIntraOpThreads(threads);
  AIRY_ASSIGN_OR_RETURN(InputMaker inputs, InputMaker::Create(explainer->info().ccf));
  model::CamOptions used = cam;
  if (used.layer.empty()) used.layer = explainer->layers().back();
  AIRY_ASSIGN_OR_RETURN(CamReport report,
                        CamReport::Create(out, explainer->info(), used));
  ProgressLine line("explaining", std::ssize(shots));
  for (size_t start = 0; start < shots.size(); start += kBatch) {
    std::vector<ExplainedShot> batch(std::min(kBatch, shots.size() - start));
    std::vector<const float*> images;
    for (size_t i = 0; i < batch.size(); ++i) {
      batch[i].index = shots[start + i];
      batch[i].image = Image(kInputSize, kInputSize);
      AIRY_ASSIGN_OR_RETURN(const auto input, inputs.Make(dataset, batch[i].index));
      std::ranges::copy(input, batch[i].image.pixels().begin());
      images.push_back(batch[i].image.pixels().data());
    }
    AIRY_ASSIGN_OR_RETURN(auto explanations, explainer->Explain(images, classes));
    for (size_t i = 0; i < batch.size(); ++i) {
      batch[i].explanation = std::move(explanations[i]);
      AIRY_TRY(report.Add(batch[i]));
    }
    line.Show(static_cast<int64_t>(start + batch.size()));
  }
  return report.Finish();
}

}  // namespace

Status RunExplain(std::span<const char* const> arguments) {
  std::vector<std::string_view> valued(std::begin(kValued), std::end(kValued));
  valued.insert(valued.end(), kShotFlags.begin(), kShotFlags.end());
  AIRY_ASSIGN_OR_RETURN(const Flags flags, Flags::Parse(arguments, kSwitches, valued));
  model::ExplainerOptions options;
  int threads = 1;
  AIRY_TRY(flags.Integer("threads", 1, 256, &threads));
  flags.Text("model", &options.checkpoint);
  flags.Text("device", &options.device);
  AIRY_TRY(CheckFlags(flags));
  AIRY_TRY(ReadCamFlags(flags, &options.cam));

  model::SetIntraOpThreads(1);  // while rendering, one thread per shot
  AIRY_ASSIGN_OR_RETURN(const auto explainer, model::Explainer::Create(options));
  if (!flags.Has("locus")) {
    return ExplainShots(flags, threads, options.cam, explainer.get());
  }
  AIRY_ASSIGN_OR_RETURN(const SimulatedShots shots, ReadSimulateFlags(flags));
  return CheckLocus(shots, threads, explainer.get());
}

}  // namespace airy::trainer

#include "model/trainer/cam_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <system_error>

#ifdef AIRY_DRAWS
#include "model/trainer/cam_picture.h"
#endif

namespace airy::trainer {
namespace {

// Quantiles that are shown black and brightest.
constexpr double kDarkestShare = 0.02, kBrightestShare = 0.999;

std::string Name(std::span<const std::string_view> names, auto value) {
  return std::string(names[static_cast<size_t>(value)]);
}

std::map<std::string, std::string> Describe(const model::CheckpointInfo& model,
                                            const model::CamOptions& cam) {
  std::string classes;
  for (const std::string& name : model.classes) {
    classes.append(classes.empty() ? "" : ",").append(name);
  }
  return {{"architecture", model.architecture},
          {"model_version", model.version},
          {"classes", classes},
          {"layer", cam.layer},
          {"features", cam.activated ? "activated" : "raw"},
          {"method", Name(model::kCamMethodNames, cam.method)},
          {"score", Name(model::kCamScoreNames, cam.score)},
          {"activation", Name(model::kCamActivationNames, cam.activation)}};
}

}  // namespace

Image Brightness(const Image& image, bool is_ccf) {
  Image result = image;
  const std::span<float> pixels = result.pixels();
  if (!is_ccf) {
    for (float& v : pixels) v = std::log1p(std::max(v, 0.0F));
  }
  std::vector<float> sorted(pixels.begin(), pixels.end());
  if (sorted.empty()) return result;
  std::sort(sorted.begin(), sorted.end());
  const auto quantile = [&sorted](double share) {
    return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
  };
  const float low = quantile(kDarkestShare), high = quantile(kBrightestShare);
  const float scale = high > low ? 1 / (high - low) : 0;
  for (float& v : pixels) v = std::clamp((v - low) * scale, 0.0F, 1.0F);
  return result;
}

Result<CamReport> CamReport::Create(const std::string& out,
                                    const model::CheckpointInfo& model,
                                    const model::CamOptions& cam) {
  const bool is_file = std::filesystem::path(out).extension() == ".safetensors";
  if (!is_file) {
    std::error_code error;
    std::filesystem::create_directories(out, error);
    if (error) return Unavailable(out + ": " + error.message());
  }
  const std::vector<int64_t> square = {kInputSize, kInputSize};
  const std::pair<std::string, std::vector<int64_t>> tensors[] = {
      {"images", square},
      {"shots", {}},
      {"probabilities", {std::ssize(model.classes)}},
      {"maps", square},
      {"raw_maps", {0, 0}},
      {"overlays", square},
      {"map_shots", {}},
      {"map_classes", {}},
      {"contour_levels", {}}};
  AIRY_ASSIGN_OR_RETURN(auto arrays,
                        model::SafetensorsSpool::Create(
                            is_file ? out : out + "/explanations.safetensors", tensors));
  for (const float level : kContourLevels) {
    AIRY_TRY(arrays.Add("contour_levels", std::span(&level, 1)));
  }
  return CamReport(is_file ? "" : out, model, cam, std::move(arrays));
}

Status CamReport::AddNumber(const std::string& name, int64_t value) {
  const auto number = static_cast<float>(value);
  return arrays_.Add(name, std::span(&number, 1));
}

Status CamReport::Add(const ExplainedShot& shot) {
  AIRY_TRY(arrays_.Add("images", shot.image.pixels()));
  AIRY_TRY(AddNumber("shots", shot.index));
  AIRY_TRY(arrays_.Add("probabilities", shot.explanation.probabilities));
  const Image brightness = Brightness(shot.image, model_.ccf.has_value());
  for (const model::ClassMap& map : shot.explanation.maps) {
    Image overlay = brightness;
    for (size_t p = 0; p < overlay.pixels().size(); ++p) {
      overlay.pixels()[p] *= std::max(0.0F, map.map.pixels()[p]);
    }
    AIRY_TRY(arrays_.Add("maps", map.map.pixels()));
    AIRY_TRY(arrays_.Add("raw_maps", map.raw.pixels(), {map.raw.rows(), map.raw.cols()}));
    AIRY_TRY(arrays_.Add("overlays", overlay.pixels()));
    AIRY_TRY(AddNumber("map_shots", shots_));
    AIRY_TRY(AddNumber("map_classes", map.class_index));
  }
  ++shots_;
#ifdef AIRY_DRAWS
  if (!folder_.empty()) {
    char name[32];
    std::snprintf(name, sizeof name, "/shot_%06lld.png",
                  static_cast<long long>(shot.index));
    return DrawExplanation(folder_ + name, shot, model_);
  }
#endif
  return OkStatus();
}

Status CamReport::Finish() {
#ifndef AIRY_DRAWS
  if (!folder_.empty()) {
    std::fprintf(stderr,
                 "this airy-trainer was built without OpenCV: arrays, no pictures\n");
  }
#endif
  return arrays_.Finish(Describe(model_, cam_));
}

}  // namespace airy::trainer

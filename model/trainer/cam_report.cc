#include "model/trainer/cam_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "model/safetensors.h"
#ifdef AIRY_DRAWS
#include "model/trainer/cam_picture.h"
#endif

namespace airy::trainer {
namespace {

// Quantiles that are shown black and brightest.
constexpr double kDarkestShare = 0.02, kBrightestShare = 0.999;

// A tensor of rows that are added one by one.
class Rows {
 public:
  // `row`: the shape of one row.
  Rows(std::string name, std::vector<int64_t> row)
      : tensor_{std::move(name), model::TensorType::kF32, std::move(row), {}} {
    tensor_.shape.insert(tensor_.shape.begin(), 0);
  }
  void Add(std::span<const float> row) {
    const auto bytes = std::as_bytes(row);
    tensor_.data.insert(tensor_.data.end(), bytes.begin(), bytes.end());
    ++tensor_.shape.front();
  }
  void Add(float value) { Add(std::span(&value, 1)); }
  model::StoredTensor Take() { return std::move(tensor_); }

 private:
  model::StoredTensor tensor_;
};

std::string Name(std::span<const std::string_view> names, auto value) {
  return std::string(names[static_cast<size_t>(value)]);
}

std::map<std::string, std::string> Describe(const CamReport& report) {
  std::string classes;
  for (const std::string& name : report.model.classes) {
    classes.append(classes.empty() ? "" : ",").append(name);
  }
  return {{"architecture", report.model.architecture},
          {"model_version", report.model.version},
          {"classes", classes},
          {"layer", report.cam.layer},
          {"features", report.cam.activated ? "activated" : "raw"},
          {"method", Name(model::kCamMethodNames, report.cam.method)},
          {"score", Name(model::kCamScoreNames, report.cam.score)},
          {"activation", Name(model::kCamActivationNames, report.cam.activation)}};
}

model::Safetensors Arrays(const CamReport& report) {
  const std::vector<int64_t> square = {kInputSize, kInputSize};
  std::vector<int64_t> raw_shape = {0, 0};
  for (const ExplainedShot& shot : report.shots) {
    if (shot.explanation.maps.empty()) continue;
    const Image& raw = shot.explanation.maps.front().raw;
    raw_shape = {raw.rows(), raw.cols()};
  }
  Rows images("images", square), shots("shots", {}),
      probabilities("probabilities", {std::ssize(report.model.classes)}),
      maps("maps", square), raw_maps("raw_maps", raw_shape), overlays("overlays", square),
      map_shots("map_shots", {}), map_classes("map_classes", {}),
      contour_levels("contour_levels", {});
  for (size_t i = 0; i < report.shots.size(); ++i) {
    const ExplainedShot& shot = report.shots[i];
    images.Add(shot.image.pixels());
    shots.Add(static_cast<float>(shot.index));
    probabilities.Add(shot.explanation.probabilities);
    const Image brightness = Brightness(shot.image, report.model.ccf.has_value());
    for (const model::ClassMap& map : shot.explanation.maps) {
      Image overlay = brightness;
      for (size_t p = 0; p < overlay.pixels().size(); ++p) {
        overlay.pixels()[p] *= std::max(0.0F, map.map.pixels()[p]);
      }
      maps.Add(map.map.pixels());
      raw_maps.Add(map.raw.pixels());
      overlays.Add(overlay.pixels());
      map_shots.Add(static_cast<float>(i));
      map_classes.Add(static_cast<float>(map.class_index));
    }
  }
  for (const float level : kContourLevels) contour_levels.Add(level);
  model::Safetensors file;
  file.metadata = Describe(report);
  for (Rows* rows : {&images, &shots, &probabilities, &maps, &raw_maps, &overlays,
                     &map_shots, &map_classes, &contour_levels}) {
    file.tensors.push_back(rows->Take());
  }
  return file;
}

Status DrawShots([[maybe_unused]] const std::string& folder,
                 [[maybe_unused]] const CamReport& report) {
#ifdef AIRY_DRAWS
  for (const ExplainedShot& shot : report.shots) {
    char name[32];
    std::snprintf(name, sizeof name, "/shot_%06lld.png",
                  static_cast<long long>(shot.index));
    AIRY_TRY(DrawExplanation(folder + name, shot, report.model));
  }
#else
  std::fprintf(stderr,
               "this airy-trainer was built without OpenCV: arrays, no pictures\n");
#endif
  return OkStatus();
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

Status WriteCamReport(const std::string& out, const CamReport& report) {
  if (report.shots.empty()) return InvalidArgument("there are no shots to write");
  const std::filesystem::path path(out);
  if (path.extension() == ".safetensors") {
    return model::WriteSafetensors(out, Arrays(report));
  }
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Unavailable(out + ": " + error.message());
  AIRY_TRY(model::WriteSafetensors(out + "/explanations.safetensors", Arrays(report)));
  return DrawShots(out, report);
}

}  // namespace airy::trainer

#include "model/trainer/cam_picture.h"

#include <algorithm>
#include <cstdio>

#include "proto/plot/canvas.h"
#include "proto/plot/contour.h"

namespace airy::trainer {
namespace {

constexpr int kZoom = 1;
constexpr int kPanel = kInputSize * kZoom;
constexpr int kMargin = 8;
constexpr int kTitle = 20;  // pixels above a panel
constexpr double kText = 9;
constexpr int kMostColumns = 4;

// Of the contour lines, in pixels.
constexpr double kDashOn = 5, kDashOff = 4;

class Sheet {
 public:
  explicit Sheet(int panels)
      : columns_(std::min(panels, kMostColumns)),
        canvas_(
            kMargin + columns_ * (kPanel + kMargin),
            kMargin + (panels + columns_ - 1) / columns_ * (kTitle + kPanel + kMargin)) {}

  // Adds `brightness`, 0..1, with this opacity, or as it is where that is empty.
  void Add(const std::string& title, const Image& brightness, const Image& opacity) {
    const int left = kMargin + next_ % columns_ * (kPanel + kMargin);
    const int top = kMargin + next_ / columns_ * (kTitle + kPanel + kMargin) + kTitle;
    ++next_;
    canvas_.Text({left + 0.5 * kPanel, top - 0.3 * kTitle}, title, kText, plot::kBlack,
                 plot::Align::kCentre);
    canvas_.Fill({static_cast<double>(left), static_cast<double>(top), kPanel, kPanel},
                 plot::kBlack);
    canvas_.Image(left, top, brightness.rows(), brightness.cols(), brightness.pixels(),
                  plot::Scale::kLinear, 0, 1, kZoom, opacity.pixels());
    if (opacity.empty()) return;
    for (const float level : kContourLevels) DrawContour(left, top, opacity, level);
  }
  Status Save(const std::string& path) const { return canvas_.SavePng(path); }

 private:
  void DrawContour(int left, int top, const Image& map, float level) {
    for (std::vector<plot::Point>& line :
         plot::ContourLines(map.rows(), map.cols(), map.pixels(), level)) {
      for (plot::Point& point : line) {
        point = {left + kZoom * point.x, top + kZoom * point.y};
      }
      for (const std::vector<plot::Point>& dash : plot::Dashes(line, kDashOn, kDashOff)) {
        canvas_.Polyline(dash, plot::kWhite);
      }
    }
  }

  const int columns_;
  plot::Canvas canvas_;
  int next_ = 0;
};

}  // namespace

Status DrawExplanation(const std::string& path, const ExplainedShot& shot,
                       const model::CheckpointInfo& model) {
  const Image brightness = Brightness(shot.image, model.ccf.has_value());
  Sheet sheet(1 + static_cast<int>(shot.explanation.maps.size()));
  sheet.Add("shot " + std::to_string(shot.index), brightness, {});
  for (const model::ClassMap& map : shot.explanation.maps) {
    const auto index = static_cast<size_t>(map.class_index);
    char probability[16];
    std::snprintf(probability, sizeof probability, " %.3f",
                  static_cast<double>(shot.explanation.probabilities[index]));
    sheet.Add(model.classes[index] + probability, brightness, map.map);
  }
  return sheet.Save(path);
}

}  // namespace airy::trainer

#include "client/detector/gallery_sheet.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "model/simulation/noise_level.h"
#include "preprocess/frame/classes.h"
#include "proto/plot/canvas.h"

namespace airy::detector {
namespace {

constexpr int kEdge = kInputSize;
constexpr int kMargin = 12;
constexpr int kGap = 8;
constexpr double kTitle = 15;  // heights of letters
constexpr double kText = 9;

std::string Fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string Rounded(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

std::string Name(int class_index) {
  std::string name(kClassNames[static_cast<size_t>(class_index)]);
  for (char& c : name) c = c == '_' ? ' ' : c;
  return name;
}

double Length(const std::array<double, 3>& vector) {
  return std::hypot(vector[0], vector[1], vector[2]);
}

std::string DescribeDroplet(const simulation::ShotTruth& truth) {
  std::string text = truth.shape + ", R = " + Fixed(truth.radius_nm, 0) + " nm";
  if (truth.shape == "oblate") {
    text += ", c/a = " + Fixed(truth.axis_ratio, 2);
  } else if (truth.shape != "sphere") {
    text += ", half length / radius = " + Fixed(truth.axis_ratio, 1);
  }
  if (truth.shape != "sphere") {
    const double tilt_deg = std::asin(std::fabs(truth.axis[2])) * 180 / std::numbers::pi;
    text += ", axis " + Fixed(tilt_deg, 0) + " deg out of the detector plane";
  }
  if (truth.core_ratio > 0) {
    text += ", core of " + Fixed(truth.core_ratio, 2) + " its size";
  }
  for (const simulation::CompanionTruth& companion : truth.companions) {
    if (companion.radius_nm <= 0) continue;
    text += "; another of R = " + Fixed(companion.radius_nm, 0) + " nm, " +
            Rounded(Length(companion.separation_um), 3) + " um away";
  }
  return text;
}

// Brings values from low..high to few enough shades for a picture of indexed colours.
std::vector<float> Shades(std::span<const float> values, bool log, float low,
                          float high) {
  constexpr float kShades = 48;
  const auto level = [log](float v) { return log ? std::log1p(std::max(v, 0.0F)) : v; };
  const float from = level(low);
  const float range = std::max(level(high) - from, 1e-6F);
  std::vector<float> shades;
  for (const float value : values) {
    const float share = std::clamp((level(value) - from) / range, 0.0F, 1.0F);
    shades.push_back(std::round(share * (kShades - 1)) / (kShades - 1));
  }
  return shades;
}

// Images span decades, and every image its own: without the darkest and the brightest
// pixels, among them those of the hole.
void DrawPair(const GalleryPair& pair, int left, int image_top, int map_top,
              plot::Canvas* canvas) {
  const std::span<const float> pixels = pair.image.pixels();
  const std::vector<float> image = Shades(
      pixels, /*log=*/true, plot::Quantile(pixels, 0.02), plot::Quantile(pixels, 0.998));
  const std::vector<float> map = Shades(pair.map.pixels(), /*log=*/false, 0, 1);
  canvas->Image(left, image_top, kEdge, kEdge, image, plot::Scale::kLinear, 0, 1);
  canvas->Image(left, map_top, kEdge, kEdge, map, plot::Scale::kLinear, 0, 1);
}

}  // namespace

std::array<std::string, 2> Describe(const GalleryShot& shot) {
  const simulation::ShotTruth& truth = shot.shot.truth;
  std::string labels;
  for (int c = 0; c < kClassCount; ++c) {
    if (shot.shot.labels[static_cast<size_t>(c)] == 0) continue;
    labels += (labels.empty() ? "" : ", ") + Name(c);
  }
  labels = "labelled " + labels + "; shot " + std::to_string(shot.index);
  if (truth.shape == "none") return {"no droplet: stray light and noise", labels};
  std::string light = "; " + Fixed(truth.photon_energy_ev, 1) + " eV";
  if (truth.second_energy_ev > 0) {
    light += " and " + Fixed(truth.second_energy_ev, 1) + " eV (" +
             Fixed(100 * truth.second_energy_weight, 0) + " %)";
  }
  light +=
      ", " + (truth.photons < 1e5 ? Fixed(truth.photons, 0) + " photons"
                                  : Rounded(truth.photons / 1e6, 2) + " million photons");
  return {DescribeDroplet(truth), labels + light};
}

Status SaveClassSheet(const GalleryShot& shot, const std::array<GalleryPair, 4>& levels,
                      const std::array<double, 4>& bounds, const std::string& path) {
  constexpr int kImageTop = 90;
  constexpr int kMapTop = kImageTop + kEdge + kGap;
  plot::Canvas canvas(2 * kMargin + 4 * kEdge + 3 * kGap, kMapTop + kEdge + kMargin);
  canvas.Text({kMargin, 26}, Name(shot.class_index), kTitle);
  const auto lines = Describe(shot);
  canvas.Text({kMargin, 46}, lines[0], kText);
  canvas.Text({kMargin, 63}, lines[1], kText);
  for (size_t level = 0; level < levels.size(); ++level) {
    const int left = kMargin + static_cast<int>(level) * (kEdge + kGap);
    std::string heading = "noise " + std::string(simulation::kNoiseLevelNames[level]);
    if (level > 0) heading += ": 0.." + Fixed(bounds[level], 0) + " counts";
    canvas.Text({left + 0.0, kImageTop - 7.0}, heading, kText);
    DrawPair(levels[level], left, kImageTop, kMapTop, &canvas);
  }
  return canvas.SavePng(path);
}

Status SaveOverview(const std::vector<GalleryShot>& shots,
                    const std::vector<GalleryPair>& pairs, const std::string& path) {
  constexpr int kColumns = 4;
  constexpr int kHeading = 26;
  const int rows = (static_cast<int>(shots.size()) + kColumns - 1) / kColumns;
  const int row_height = kHeading + 2 * kEdge + kGap;
  plot::Canvas canvas(2 * kMargin + kColumns * kEdge + (kColumns - 1) * kGap,
                      kMargin + rows * row_height);
  for (size_t i = 0; i < shots.size(); ++i) {
    const int left = kMargin + static_cast<int>(i) % kColumns * (kEdge + kGap);
    const int top = static_cast<int>(i) / kColumns * row_height + kHeading;
    canvas.Text({left + 0.0, top - 7.0}, Name(shots[i].class_index), kTitle);
    DrawPair(pairs[i], left, top, top + kEdge + kGap / 2, &canvas);
  }
  return canvas.SavePng(path);
}

}  // namespace airy::detector

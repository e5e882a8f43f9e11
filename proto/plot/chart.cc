#include "proto/plot/chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "preprocess/frame/check.h"

namespace airy::plot {
namespace {

constexpr double kText = 9;  // height of capitals
constexpr double kTitle = 11;
constexpr Colour kGrid{225, 225, 225};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void Include(double v) {
    low = std::min(low, v);
    high = std::max(high, v);
  }
};

// One axis: from numbers to pixels, and where its ticks are.
class Axis {
 public:
  Axis(Range range, bool log, double from_px, double to_px)
      : range_(range), log_(log), from_px_(from_px), to_px_(to_px) {
    if (log_) {
      range_ = {std::floor(std::log10(range.low)), std::ceil(std::log10(range.high))};
    }
    if (!(range_.high > range_.low)) range_.high = range_.low + 1;
  }
  double At(double value) const {
    const double v = log_ ? std::log10(value) : value;
    return from_px_ + (v - range_.low) / (range_.high - range_.low) * (to_px_ - from_px_);
  }
  std::vector<double> Ticks() const {
    std::vector<double> ticks;
    if (log_) {
      for (double e = range_.low; e <= range_.high; ++e) ticks.push_back(std::pow(10, e));
      return ticks;
    }
    const double step = Step();
    for (double t = std::ceil(range_.low / step) * step; t <= range_.high + 1e-9 * step;
         t += step) {
      ticks.push_back(std::abs(t) < 1e-9 * step ? 0 : t);
    }
    return ticks;
  }
  double low() const { return log_ ? std::pow(10, range_.low) : range_.low; }

 private:
  // 1, 2 or 5 times a power of ten: four to ten ticks.
  double Step() const {
    const double rough = (range_.high - range_.low) / 5;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (double factor : {1.0, 2.0, 5.0}) {
      if (factor * power >= rough) return factor * power;
    }
    return 10 * power;
  }

  Range range_;
  bool log_;
  double from_px_, to_px_;
};

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

bool Shown(double x, double y, bool log_y) {
  return std::isfinite(x) && std::isfinite(y) && (!log_y || y > 0);
}

void FindRanges(const ChartOptions& options, const std::vector<Series>& all, Range* x,
                Range* y) {
  for (const Series& series : all) {
    AIRY_CHECK(series.x.size() == series.y.size());
    for (size_t i = 0; i < series.x.size(); ++i) {
      if (!Shown(series.x[i], series.y[i], options.log_y)) continue;
      x->Include(series.x[i]);
      y->Include(series.y[i]);
      if (series.mark == Series::Mark::kBars && !options.log_y) y->Include(0);
    }
  }
  if (!options.x_names.empty()) {
    *x = {-0.5, static_cast<double>(options.x_names.size()) - 0.5};
  }
  if (options.x_low < options.x_high) *x = {options.x_low, options.x_high};
  if (options.y_low < options.y_high) *y = {options.y_low, options.y_high};
  if (!(x->low <= x->high)) *x = {0, 1};
  if (!(y->low <= y->high)) *y = options.log_y ? Range{1, 10} : Range{0, 1};
}

// The width of all bars that stand at one x, in pixels.
double GroupWidth(const std::vector<Series>& all, const Axis& axis) {
  double least = std::numeric_limits<double>::infinity();
  for (const Series& series : all) {
    if (series.mark != Series::Mark::kBars) continue;
    for (size_t i = 1; i < series.x.size(); ++i) {
      least = std::min(least, std::abs(axis.At(series.x[i]) - axis.At(series.x[i - 1])));
    }
  }
  return std::isfinite(least) ? std::max(1.0, 0.8 * least) : 20;
}

void DrawLegend(const std::vector<Series>& all, const Box& plot, Canvas* canvas) {
  double widest = 0;
  int entries = 0;
  for (const Series& series : all) {
    if (series.name.empty()) continue;
    widest = std::max(widest, TextWidth(series.name, kText));
    ++entries;
  }
  if (entries == 0) return;
  const double left = plot.left + plot.width - widest - 32;
  double y = plot.top + 6;
  canvas->Fill({left - 4, y - 4, widest + 34, entries * 16.0 + 6}, kWhite);
  for (const Series& series : all) {
    if (series.name.empty()) continue;
    canvas->Fill({left, y + 2, 18, 8}, series.colour);
    canvas->Text({left + 24, y + 10}, series.name, kText);
    y += 16;
  }
}

}  // namespace

void DrawChart(const ChartOptions& options, const std::vector<Series>& series,
               const Box& box, Canvas* canvas) {
  double below = options.x_label.empty() ? 24 : 42;
  double longest_name = 0;
  for (const std::string& name : options.x_names) {
    longest_name = std::max(longest_name, TextWidth(name, kText));
  }
  // Names are written one below the other, by turns, as many lines as they need.
  const double slot =
      (box.width - 76) / std::max<double>(1, static_cast<double>(options.x_names.size()));
  const int lines = std::max(1, static_cast<int>(std::ceil((longest_name + 6) / slot)));
  if (!options.x_names.empty()) below += 14.0 * (lines - 1);
  const Box plot = {box.left + 60, box.top + 28, box.width - 76, box.height - 28 - below};

  Range x_range, y_range;
  FindRanges(options, series, &x_range, &y_range);
  const Axis x(x_range, false, plot.left, plot.left + plot.width);
  const Axis y(y_range, options.log_y, plot.top + plot.height, plot.top);

  canvas->Text({box.left + box.width / 2, box.top + 18}, options.title, kTitle, kBlack,
               Align::kCentre);
  canvas->Text({box.left + 4, box.top + 18}, options.y_label, kText, kGrey);
  canvas->Text({plot.left + plot.width / 2, box.top + box.height - 6}, options.x_label,
               kText, kBlack, Align::kCentre);
  for (double tick : y.Ticks()) {
    const double at = y.At(tick);
    canvas->Line({plot.left, at}, {plot.left + plot.width, at}, kGrid);
    canvas->Text({plot.left - 6, at + kText / 2}, Number(tick), kText, kBlack,
                 Align::kRight);
  }
  const double foot = plot.top + plot.height;
  if (options.x_names.empty()) {
    for (double tick : x.Ticks()) {
      const double at = x.At(tick);
      canvas->Line({at, plot.top}, {at, foot}, kGrid);
      canvas->Text({at, foot + 16}, Number(tick), kText, kBlack, Align::kCentre);
    }
  }
  for (size_t i = 0; i < options.x_names.size(); ++i) {
    const double at = x.At(static_cast<double>(i));
    const double line = static_cast<double>(i % static_cast<size_t>(lines));
    canvas->Line({at, foot}, {at, foot + 4 + 14 * line}, kGrey);
    canvas->Text({at, foot + 16 + 14 * line}, options.x_names[i], kText, kBlack,
                 Align::kCentre);
  }

  const auto bar_series =
      std::count_if(series.begin(), series.end(),
                    [](const Series& s) { return s.mark == Series::Mark::kBars; });
  const double group = GroupWidth(series, x);
  double bar = 0;
  for (const Series& s : series) {
    std::vector<Point> line;
    for (size_t i = 0; i < s.x.size(); ++i) {
      if (!Shown(s.x[i], s.y[i], options.log_y)) continue;
      const Point at = {x.At(s.x[i]), y.At(s.y[i])};
      if (s.mark == Series::Mark::kBars) {
        const double width = group / static_cast<double>(bar_series);
        const double zero = y.At(options.log_y ? y.low() : 0);
        canvas->Fill({at.x - group / 2 + bar * width, std::min(at.y, zero), width,
                      std::max(1.0, std::abs(at.y - zero))},
                     s.colour);
      } else if (s.mark == Series::Mark::kDots) {
        canvas->Disc(at, 3, s.colour);
      } else {
        line.push_back(at);
      }
    }
    canvas->Polyline(line, s.colour, 2);
    if (s.mark == Series::Mark::kBars) ++bar;
  }
  canvas->Line({plot.left, foot}, {plot.left + plot.width, foot}, kBlack);
  canvas->Line({plot.left, plot.top}, {plot.left, foot}, kBlack);
  DrawLegend(series, plot, canvas);
}

}  // namespace airy::plot

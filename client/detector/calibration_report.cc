#include "client/detector/calibration_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "model/simulation/droplet_sizes.h"
#include "proto/plot/chart.h"

namespace airy::detector {
namespace {

using simulation::Combination;
using simulation::Prior;

constexpr double kImages = Prior::kImages;

struct Pair {
  int a, b;
  const char* name;
};
constexpr Pair kPairs[] = {{kNewtonRings, kDoubleRings, "newton x double"},
                           {kNewtonRings, kLayered, "newton x layered"},
                           {kLayered, kStreak, "layered x streak"},
                           {kLayered, kProlate, "layered x prolate"},
                           {kNewtonRings, kRound, "newton x round"},
                           {kNewtonRings, kElliptical, "newton x elliptical"},
                           {kNewtonRings, kProlate, "newton x prolate"},
                           {kDoubleRings, kRound, "double x round"}};

// The radii that the label file gives for 3347 images.
struct Percentile {
  double percent, real_nm;
};
constexpr Percentile kPercentiles[] = {{1, 103},  {5, 155},  {10, 195},
                                       {25, 263}, {50, 335}, {75, 404},
                                       {90, 491}, {95, 558}, {99, 709}};

void Print(std::string* text, const char* format, ...)
    __attribute__((format(printf, 2, 3)));
void Print(std::string* text, const char* format, ...) {
  std::array<char, 256> line;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line.data(), line.size(), format, arguments);
  va_end(arguments);
  *text += line.data();
}

double Quantile(std::vector<double> values, double percent) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  return values[static_cast<size_t>(std::lround(last * percent / 100))];
}

// Bars of the shares of `values` in equal steps.
plot::Series Histogram(const std::string& name, const std::vector<double>& values,
                       double low, double high, int bars) {
  plot::Series series;
  series.name = name;
  series.mark = plot::Series::Mark::kBars;
  series.y.resize(static_cast<size_t>(bars));
  for (int i = 0; i < bars; ++i) {
    series.x.push_back(low + (i + 0.5) * (high - low) / bars);
  }
  for (const double value : values) {
    const int bar = static_cast<int>((value - low) / (high - low) * bars);
    if (bar < 0 || bar >= bars) continue;
    series.y[static_cast<size_t>(bar)] += 100.0 / static_cast<double>(values.size());
  }
  return series;
}

plot::Series Bars(const std::string& name, plot::Colour colour) {
  plot::Series series;
  series.name = name;
  series.colour = colour;
  series.mark = plot::Series::Mark::kBars;
  return series;
}

void AddBar(plot::Series* series, double y) {
  series->x.push_back(static_cast<double>(series->x.size()));
  series->y.push_back(y);
}

void DrawClasses(const Calibration& calibration, const plot::Box& box,
                 plot::Canvas* canvas) {
  plot::ChartOptions options;
  options.title = "Images with a class";
  options.y_label = "share in percent";
  options.log_y = true;
  plot::Series real = Bars("CXIDB-94", plot::kGrey);
  plot::Series simulated = Bars("simulated", plot::kBlue);
  for (int i = 0; i < kClassCount; ++i) {
    options.x_names.emplace_back(kClassNames[static_cast<size_t>(i)]);
    AddBar(&real, 100 * Calibration::RealCount(i) / kImages);
    AddBar(&simulated, 100.0 * static_cast<double>(calibration.Count(i)) /
                           static_cast<double>(calibration.shots()));
  }
  plot::DrawChart(options, {real, simulated}, box, canvas);
}

void DrawLifts(const Calibration& calibration, const plot::Box& box,
               plot::Canvas* canvas) {
  plot::ChartOptions options;
  options.title = "Lift: how much oftener together than if independent";
  options.log_y = true;
  plot::Series real = Bars("CXIDB-94", plot::kGrey);
  plot::Series simulated = Bars("simulated", plot::kBlue);
  for (const Pair& pair : kPairs) {
    options.x_names.emplace_back(pair.name);
    AddBar(&real, Calibration::RealLift(pair.a, pair.b));
    AddBar(&simulated, calibration.Lift(pair.a, pair.b));
  }
  plot::DrawChart(options, {real, simulated}, box, canvas);
}

void DrawRadii(const Calibration& calibration, const plot::Box& box,
               plot::Canvas* canvas) {
  constexpr double kLow = 50, kHigh = 950;
  constexpr int kBars = 45;
  plot::ChartOptions options;
  options.title = "Radii of round droplets";
  options.x_label = "nm";
  options.y_label = "share in percent";
  plot::Series reference;
  reference.name = "log-normal fit to CXIDB-94";
  reference.colour = plot::kOrange;
  const double width = (kHigh - kLow) / kBars;
  for (int i = 0; i < kBars; ++i) {
    const double left = kLow + i * width;
    reference.x.push_back(left + width / 2);
    reference.y.push_back(100 * (simulation::DropletSizes::ShareBelow(left + width) -
                                 simulation::DropletSizes::ShareBelow(left)));
  }
  plot::DrawChart(
      options,
      {Histogram("simulated", calibration.radii_nm(), kLow, kHigh, kBars), reference},
      box, canvas);
}

void DrawEnergies(const Calibration& calibration, const plot::Box& box,
                  plot::Canvas* canvas) {
  plot::ChartOptions options;
  options.title = "Photon energies of hits";
  options.x_label = "eV";
  options.y_label = "share in percent";
  plot::DrawChart(options,
                  {Histogram("simulated", calibration.energies_ev(), 19, 36, 34)}, box,
                  canvas);
}

void DrawCombinations(const Calibration& calibration,
                      const std::vector<Acceptance>& acceptances, const plot::Box& counts,
                      const plot::Box& shares, plot::Canvas* canvas) {
  plot::ChartOptions options;
  options.title = "Label combinations, the most frequent first";
  options.x_label = "row of the table";
  options.y_label = "images of 7264";
  options.log_y = true;
  plot::Series real, simulated, accepted = Bars("accepted", plot::kGreen);
  real.name = "CXIDB-94";
  real.colour = plot::kGrey;
  simulated.name = "simulated";
  simulated.mark = plot::Series::Mark::kDots;
  const auto all = Prior::Combinations();
  for (size_t i = 0; i < all.size(); ++i) {
    AddBar(&real, all[i].images);
    AddBar(&simulated, static_cast<double>(calibration.combinations()[i]) * kImages /
                           static_cast<double>(calibration.shots()));
    AddBar(&accepted, 100 * acceptances[i].share());
  }
  plot::DrawChart(options, {real, simulated}, counts, canvas);
  options.log_y = false;
  options.title = "Scenes accepted, of those that geometry allows";
  options.y_label = "percent";
  plot::DrawChart(options, {accepted}, shares, canvas);
}

}  // namespace

std::string CalibrationText(const Calibration& calibration,
                            const std::vector<Acceptance>& acceptances) {
  const auto shots = static_cast<double>(calibration.shots());
  std::string text;
  Print(&text, "%lld simulated shots (simulator version %s) beside the %d of CXIDB-94\n",
        static_cast<long long>(calibration.shots()), simulation::kSimulatorVersion,
        Prior::kImages);
  Print(&text, "\n%-18s %9s %9s %9s\n", "class", "real %", "sim %", "sigma");
  for (int i = 0; i < kClassCount; ++i) {
    const double real = static_cast<double>(Calibration::RealCount(i)) / kImages;
    const double simulated = static_cast<double>(calibration.Count(i)) / shots;
    Print(&text, "%-18s %9.2f %9.2f %9.2f\n",
          std::string(kClassNames[static_cast<size_t>(i)]).c_str(), 100 * real,
          100 * simulated, (simulated - real) / std::sqrt(real * (1 - real) / shots));
  }
  Print(&text, "\n%-22s %9s %9s\n", "lift", "real", "sim");
  for (const Pair& pair : kPairs) {
    Print(&text, "%-22s %9.2f %9.2f\n", pair.name, Calibration::RealLift(pair.a, pair.b),
          calibration.Lift(pair.a, pair.b));
  }
  Print(&text, "\nhard rules violated: %lld\n",
        static_cast<long long>(calibration.rule_violations()));
  Print(&text, "other combinations than the 43: %lld\n",
        static_cast<long long>(calibration.foreign()));
  Print(&text, "combinations: chi-square p = %.3f\n", calibration.CombinationsP());
  Print(&text, "radii of round droplets: Kolmogorov-Smirnov p = %.3f\n",
        calibration.RadiiP());
  Print(&text, "\n%-12s", "radius nm");
  for (const Percentile& p : kPercentiles) Print(&text, " %4.0f%%", p.percent);
  Print(&text, "\n%-12s", "real");
  for (const Percentile& p : kPercentiles) Print(&text, " %5.0f", p.real_nm);
  Print(&text, "\n%-12s", "sim");
  for (const Percentile& p : kPercentiles) {
    Print(&text, " %5.0f", Quantile(calibration.radii_nm(), p.percent));
  }
  Print(&text, "\n\n%-66s %5s %8s %9s %9s %7s\n", "combination", "real", "sim x",
        "accepted", "plausible", "drawn");
  const auto all = Prior::Combinations();
  for (size_t i = 0; i < all.size(); ++i) {
    const Acceptance& acceptance = acceptances[i];
    Print(&text, "%-66s %5d %8.1f %8.1f%% %9lld %7lld\n", NamesOf(all[i].labels).c_str(),
          all[i].images,
          static_cast<double>(calibration.combinations()[i]) * kImages / shots,
          100 * acceptance.share(), static_cast<long long>(acceptance.tries.plausible),
          static_cast<long long>(acceptance.tries.drawn));
  }
  text +=
      "\nsim x: counts scaled to 7264 images. accepted: share of the plausible scenes, "
      "those that\ngeometry does not rule out, that got exactly these labels.\n";
  return text;
}

Status SaveCalibrationCharts(const Calibration& calibration,
                             const std::vector<Acceptance>& acceptances,
                             const std::string& path) {
  constexpr double kWidth = 760, kHeight = 420;
  const auto box = [](int column, int row) {
    return plot::Box{column * kWidth, row * kHeight, kWidth, kHeight};
  };
  plot::Canvas canvas(static_cast<int>(2 * kWidth), static_cast<int>(3 * kHeight));
  DrawClasses(calibration, box(0, 0), &canvas);
  DrawLifts(calibration, box(1, 0), &canvas);
  DrawRadii(calibration, box(0, 1), &canvas);
  DrawEnergies(calibration, box(1, 1), &canvas);
  DrawCombinations(calibration, acceptances, box(0, 2), box(1, 2), &canvas);
  return canvas.SavePng(path);
}

}  // namespace airy::detector

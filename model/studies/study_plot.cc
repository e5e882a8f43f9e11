#include "model/studies/study_plot.h"

#include <array>
#include <map>
#include <utility>

#include "proto/plot/chart.h"

namespace airy::studies {
namespace {

using plot::Series;

constexpr int kChartWidth = 480, kChartHeight = 360;
constexpr std::array kColours = {plot::kBlue, plot::kOrange, plot::kGreen, plot::kRed};

struct FigureChart {
  const char* figure;
  const char* title;
  double PaperFigures::*paper;  // null: not printed
};
constexpr std::array<FigureChart, 4> kCharts = {
    {{"accuracy", "accuracy", &PaperFigures::accuracy},
     {"precision", "precision", &PaperFigures::precision},
     {"recall", "recall", &PaperFigures::recall},
     {"macro_f1", "macro-F1", nullptr}}};

struct Curve {
  Series ours, paper;
};

std::vector<Series> SeriesOf(const StudyFigures& figures, const FigureChart& chart) {
  const Study& study = figures.study();
  std::vector<Series> series;
  std::map<std::string, Curve> curves;
  for (const StudyRow& row : study.rows) {
    if (row.x < 0) continue;
    const auto [found, is_new] = curves.try_emplace(row.curve);
    Curve& curve = found->second;
    if (is_new) {
      const plot::Colour colour = kColours[(curves.size() - 1) % kColours.size()];
      const std::string name = row.curve.empty() ? "here" : row.curve;
      curve.ours = {name, colour, Series::Mark::kLine, {}, {}};
      curve.paper = {row.curve.empty() ? "paper" : name + ", paper",
                     colour,
                     Series::Mark::kDots,
                     {},
                     {}};
    }
    if (const auto figure = figures.Of(row, chart.figure)) {
      curve.ours.x.push_back(row.x);
      curve.ours.y.push_back(figure->mean);
    }
    if (row.paper && chart.paper != nullptr) {
      curve.paper.x.push_back(row.x);
      curve.paper.y.push_back((*row.paper).*chart.paper);
    }
  }
  for (auto& [name, curve] : curves) {
    if (!curve.ours.x.empty()) series.push_back(std::move(curve.ours));
    if (!curve.paper.x.empty()) series.push_back(std::move(curve.paper));
  }
  const auto right = static_cast<double>(study.x_names.size()) - 1;
  for (const StudyRow& row : study.rows) {
    const auto figure = figures.Of(row, chart.figure);
    if (row.x >= 0 || !figure) continue;
    series.push_back(
        {row.name,
         row.plan.kind == RunPlan::Kind::kConstant ? plot::kGrey : plot::kBlack,
         Series::Mark::kLine,
         {0, right},
         {figure->mean, figure->mean}});
  }
  return series;
}

}  // namespace

plot::Canvas DrawStudy(const StudyFigures& figures) {
  plot::Canvas canvas(2 * kChartWidth, 2 * kChartHeight);
  for (size_t i = 0; i < kCharts.size(); ++i) {
    plot::ChartOptions options;
    options.title = kCharts[i].title;
    options.x_names = figures.study().x_names;
    plot::DrawChart(
        options, SeriesOf(figures, kCharts[i]),
        {static_cast<double>(i % 2 * kChartWidth),
         static_cast<double>(i / 2 * kChartHeight), kChartWidth, kChartHeight},
        &canvas);
  }
  return canvas;
}

}  // namespace airy::studies

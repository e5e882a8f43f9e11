#include "model/trainer/evaluation_plots.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include "proto/plot/chart.h"

namespace airy::trainer {
namespace {

using plot::Series;

constexpr int kChartWidth = 320, kChartHeight = 250, kChartsInRow = 4;
constexpr size_t kCombinationsDrawn = 12;

// A sheet of charts, filled row by row.
class Sheet {
 public:
  explicit Sheet(int charts)
      : canvas_(kChartWidth * kChartsInRow,
                kChartHeight * ((charts + kChartsInRow - 1) / kChartsInRow)) {}
  void Add(const plot::ChartOptions& options, const std::vector<Series>& series) {
    plot::DrawChart(options, series,
                    {static_cast<double>(drawn_ % kChartsInRow * kChartWidth),
                     static_cast<double>(drawn_ / kChartsInRow * kChartHeight),
                     kChartWidth, kChartHeight},
                    &canvas_);
    ++drawn_;
  }
  const plot::Canvas& canvas() const { return canvas_; }

 private:
  plot::Canvas canvas_;
  int drawn_ = 0;
};

// Both axes from 0 to 1.
plot::ChartOptions UnitSquare(std::string title, const char* axes) {
  plot::ChartOptions options;
  options.title = std::move(title);
  options.x_label = axes;
  options.x_high = options.y_high = 1;
  return options;
}

std::string Titled(const std::string& name, const char* figure, double value) {
  char text[80];
  std::snprintf(text, sizeof text, "%s, %s %.3f", name.c_str(), figure, value);
  return text;
}

void AddReliability(std::string title, const model::Reliability& reliability,
                    Sheet* sheet) {
  Series dots{"", plot::kBlue, Series::Mark::kDots, {}, {}};
  for (const model::ReliabilityBin& bin : reliability.bins) {
    if (bin.cells == 0) continue;
    dots.x.push_back(bin.MeanProbability());
    dots.y.push_back(bin.PositiveShare());
  }
  sheet->Add(UnitSquare(std::move(title), "share of positives over mean probability"),
             {{"", plot::kGrey, Series::Mark::kLine, {0, 1}, {0, 1}}, dots});
}

// White to blue.
plot::Colour Shade(double share) {
  const auto mix = [share](uint8_t full) {
    return static_cast<uint8_t>(255 - share * (255 - full));
  };
  return {mix(plot::kBlue.red), mix(plot::kBlue.green), mix(plot::kBlue.blue)};
}

}  // namespace

plot::Canvas DrawPrecisionRecall(model::ProbabilityRows probabilities,
                                 model::LabelRows labels,
                                 const model::Evaluation& evaluation) {
  Sheet sheet(static_cast<int>(evaluation.classes.size()));
  for (size_t c = 0; c < evaluation.classes.size(); ++c) {
    Series curve{"", plot::kBlue, Series::Mark::kLine, {}, {}};
    for (const model::PrecisionRecallPoint& point :
         model::PrecisionRecallCurve(static_cast<int>(c), probabilities, labels)) {
      curve.x.push_back(point.recall);
      curve.y.push_back(point.precision);
    }
    const model::ClassMetrics& counts = evaluation.metrics.classes[c];
    const double share = static_cast<double>(counts.positives()) /
                         static_cast<double>(std::max<size_t>(labels.size(), 1));
    Series at_threshold{"", plot::kRed, Series::Mark::kDots, {}, {}};
    if (counts.true_positives > 0) {
      at_threshold.x.push_back(counts.Recall());
      at_threshold.y.push_back(counts.Precision());
    }
    sheet.Add(UnitSquare(Titled(evaluation.classes[c], "AP",
                                evaluation.average_precision.classes[c]),
                         "precision over recall"),
              {{"", plot::kGrey, Series::Mark::kLine, {0, 1}, {share, share}},
               curve,
               at_threshold});
  }
  return sheet.canvas();
}

plot::Canvas DrawReliability(const model::Reliabilities& reliability,
                             const model::ClassList& classes) {
  Sheet sheet(static_cast<int>(classes.size()) + 1);
  AddReliability("all cells", reliability.all, &sheet);
  for (size_t c = 0; c < classes.size(); ++c) {
    const model::Reliability& one = reliability.classes[c];
    AddReliability(Titled(classes[c], "ECE", one.CalibrationError()), one, &sheet);
  }
  return sheet.canvas();
}

plot::Canvas DrawCombinations(const model::CombinationTable& table,
                              const model::ClassList& classes) {
  constexpr double kNames = 420, kCell = 54, kRow = 26, kText = 9, kTop = 60;
  const size_t drawn = std::min(table.rows.size(), kCombinationsDrawn);
  const auto columns = static_cast<double>(drawn + 1);
  plot::Canvas canvas(static_cast<int>(kNames + kCell * columns + 20),
                      static_cast<int>(kTop + kRow * static_cast<double>(drawn) + 20));
  canvas.Text({12, 20}, "images by labels (rows) and answer (columns, same order)", 11);
  const auto left = [](size_t column) {
    return kNames + kCell * static_cast<double>(column);
  };
  const auto head = [&](size_t column, const std::string& text) {
    canvas.Text({left(column) + kCell / 2, kTop - 8}, text, kText, plot::kBlack,
                plot::Align::kCentre);
  };
  for (size_t r = 0; r < drawn; ++r) {
    const model::CombinationRow& row = table.rows[r];
    head(r, std::to_string(r + 1));
    const double top = kTop + kRow * static_cast<double>(r);
    canvas.Text({12, top + 17},
                std::to_string(r + 1) + "  " + model::NamesOf(row.labels, classes) +
                    ", " + std::to_string(row.images),
                kText);
    std::vector<int64_t> cells(drawn + 1, 0);
    for (const auto& answered : row.answers) {
      const auto end = table.rows.begin() + static_cast<std::ptrdiff_t>(drawn);
      const auto found = std::find_if(table.rows.begin(), end, [&](const auto& other) {
        return other.labels == answered.answer;
      });
      cells[static_cast<size_t>(found - table.rows.begin())] += answered.images;
    }
    for (size_t k = 0; k < cells.size(); ++k) {
      const double share =
          static_cast<double>(cells[k]) / static_cast<double>(row.images);
      canvas.Fill({left(k), top, kCell - 1, kRow - 1}, Shade(share));
      if (cells[k] == 0) continue;
      canvas.Text({left(k) + kCell / 2, top + 17}, std::to_string(cells[k]), kText,
                  share > 0.5 ? plot::kWhite : plot::kBlack, plot::Align::kCentre);
    }
  }
  head(drawn, "other");
  return canvas;
}

plot::Canvas DrawTraining(std::span<const LoggedEpoch> epochs) {
  const auto series = [epochs](const char* name, plot::Colour colour,
                               double LoggedEpoch::*member) {
    Series s{name, colour, Series::Mark::kLine, {}, {}};
    for (const LoggedEpoch& row : epochs) {
      s.x.push_back(row.epoch);
      s.y.push_back(row.*member);
    }
    return s;
  };
  Sheet sheet(3);
  plot::ChartOptions options;
  options.x_label = "epoch";
  options.title = "loss";
  sheet.Add(options,
            {series("training", plot::kBlue, &LoggedEpoch::train_loss),
             series("validation", plot::kOrange, &LoggedEpoch::validation_loss)});
  options.title = "validation macro-F1";
  sheet.Add(options, {series("", plot::kOrange, &LoggedEpoch::validation_macro_f1)});
  options.title = "learning rate";
  options.log_y = true;
  sheet.Add(options, {series("", plot::kBlue, &LoggedEpoch::learning_rate)});
  return sheet.canvas();
}

}  // namespace airy::trainer

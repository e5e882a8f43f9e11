#include "model/studies/study_report.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "model/studies/markdown_table.h"
#include "preprocess/frame/classes.h"

namespace airy::studies {
namespace {

constexpr std::array kFigures = {"accuracy", "precision", "recall", "macro_f1"};
constexpr std::array kMaxima = {"maximum_accuracy", "maximum_precision",
                                "maximum_recall"};
constexpr double kPaperImages = 200.0 * 6174;  // trained on in its hours

std::string Fixed(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

bool AnyRowHas(const StudyFigures& figures, const std::string& figure) {
  return std::ranges::any_of(figures.study().rows, [&](const StudyRow& row) {
    return figures.Of(row, figure).has_value();
  });
}

bool AnyPaper(const Study& study, double PaperFigures::*figure) {
  return std::ranges::any_of(study.rows, [figure](const StudyRow& row) {
    return row.paper && (*row.paper).*figure > 0;
  });
}

// "2000 shots, 112 px, 12 epochs"
std::string SizeText(const StudyFigures& figures, const StudyRow& row) {
  const RunPlan& plan = row.plan;
  std::string text = plan.shots > 0 ? std::to_string(plan.shots) + " shots" : "all shots";
  if (plan.kind != RunPlan::Kind::kTraining) return text;
  text += ", " + std::to_string(figures.settings().size.pixels) + " px, " +
          std::to_string(model::TotalEpochs(plan.options)) + " epochs";
  return plan.timing_only ? text + ", timing only" : text;
}

std::string MainTable(const StudyFigures& figures) {
  const Study& study = figures.study();
  const bool maxima = AnyRowHas(figures, kMaxima.front());
  const bool paper = AnyPaper(study, &PaperFigures::accuracy);
  const bool hours = AnyPaper(study, &PaperFigures::train_hours);
  std::vector<std::string> header = {"", "accuracy", "precision", "recall", "macro-F1"};
  const auto append = [](std::vector<std::string>* cells,
                         std::initializer_list<std::string> more) {
    cells->insert(cells->end(), more);
  };
  if (maxima) append(&header, {"max. accuracy", "max. precision", "max. recall"});
  if (paper) append(&header, {"paper: accuracy", "precision", "recall"});
  append(&header, {"images/s"});
  if (hours) append(&header, {"paper: images/s"});
  append(&header, {"size", "seeds", "device", "set"});
  MarkdownTable table(std::move(header));
  for (const StudyRow& row : study.rows) {
    if (row.plan.kind == RunPlan::Kind::kPretraining) continue;
    const RunRecord* record = figures.AnyOf(row);
    std::vector<std::string> cells = {row.name};
    const auto add = [&](const char* figure) {
      const auto value = figures.Of(row, figure);
      cells.push_back(value ? FigureText(*value) : "");
    };
    for (const char* figure : kFigures) add(figure);
    if (record == nullptr) cells[1] = figures.WhyNot(row);
    if (maxima) {
      for (const char* figure : kMaxima) add(figure);
    }
    if (paper) {
      for (const auto figure :
           {&PaperFigures::accuracy, &PaperFigures::precision, &PaperFigures::recall}) {
        cells.push_back(row.paper ? Fixed((*row.paper).*figure, 3) : "");
      }
    }
    const auto speed = figures.Of(row, "images_per_s");
    cells.push_back(speed ? Fixed(speed->mean, 1) : "");
    if (hours) {
      const double train_hours = row.paper ? row.paper->train_hours : 0;
      cells.push_back(train_hours > 0 ? Fixed(kPaperImages / (3600 * train_hours), 0)
                                      : "");
    }
    const int done = figures.DoneOf(row);
    const int seeds = figures.SeedsOf(row);
    append(&cells, {SizeText(figures, row),
                    done == seeds ? std::to_string(seeds)
                                  : std::to_string(done) + " of " + std::to_string(seeds),
                    record == nullptr ? "" : record->device,
                    record == nullptr ? "" : OriginOf(record->set)});
    table.Add(std::move(cells));
  }
  return table.Text();
}

// Table 10 from its counts over all 7264 images.
struct PaperClass {
  int true_positives, false_positives, false_negatives;
};
constexpr std::array<PaperClass, kClassCount> kPaperClasses = {{{6566, 154, 23},
                                                                {5705, 464, 87},
                                                                {385, 93, 411},
                                                                {307, 24, 146},
                                                                {239, 16, 3},
                                                                {253, 57, 137},
                                                                {81, 53, 286},
                                                                {105, 61, 355},
                                                                {148, 44, 70},
                                                                {29, 3, 18},
                                                                {206, 10, 5}}};

model::ClassMetrics PaperMetrics(size_t c) {
  const PaperClass& one = kPaperClasses[c];
  return {one.true_positives, one.false_positives, one.false_negatives};
}

std::string TripleText(const model::ClassMetrics& one) {
  return Fixed(one.Precision(), 3) + " " + Fixed(one.Recall(), 3) + " " +
         Fixed(one.F1(), 3);
}

// Of the first seed.
std::string ClassTable(const StudyFigures& figures) {
  std::vector<std::string> header = {"precision recall F1", "positives"};
  std::vector<const RunRecord*> records;
  for (const StudyRow& row : figures.study().rows) {
    const RunRecord* record = figures.AnyOf(row);
    if (record == nullptr || record->classes.size() != kClassCount) continue;
    header.push_back(row.name);
    records.push_back(record);
  }
  if (records.empty()) return "";
  header.emplace_back("paper's ResNet101");
  MarkdownTable table(std::move(header));
  for (size_t c = 0; c < kClassCount; ++c) {
    std::vector<std::string> cells = {
        std::string(kClassNames[c]),
        std::to_string(records.front()->classes[c].positives())};
    for (const RunRecord* record : records) {
      cells.push_back(TripleText(record->classes[c]));
    }
    cells.push_back(TripleText(PaperMetrics(c)));
    table.Add(std::move(cells));
  }
  return "\nPer class on the test images of one seed; the paper's are Table 10's counts "
         "over all 7264 images, most of which it was trained on:\n\n" +
         table.Text();
}

std::string ClaimLines(const StudyFigures& figures) {
  if (figures.study().claims.empty()) return "";
  std::string text = "\nWhich order of rows holds here:\n\n";
  for (const Claim& claim : figures.study().claims) {
    text += "* " + claim.text + ", " + claim.figure + " of ";
    for (size_t i = 0; i < claim.falling.size(); ++i) {
      text += (i == 0 ? "" : " > ") + ("\"" + claim.falling[i] + "\"");
    }
    text += ": " + figures.Judge(claim) + "\n";
  }
  return text;
}

}  // namespace

std::string OriginOf(const std::string& set) {
  constexpr std::string_view kSimulator = "simulator ";
  if (!set.starts_with(kSimulator)) return set.substr(0, set.find(' '));
  return set.substr(0, set.find(' ', kSimulator.size()));
}

std::string StudyReport(const StudyFigures& figures) {
  const Study& study = figures.study();
  const StudySettings& settings = figures.settings();
  std::string text = "# " + study.title + "\n\nSize `" + settings.size.name +
                     "`, recipe `" + settings.base.recipe +
                     "`. Figures are of the test images, which nothing was chosen on";
  if (settings.size.seeds > 1) {
    text += "; means over seeds, each with another split, ± standard error";
  }
  text += ".";
  if (AnyRowHas(figures, kMaxima.front())) {
    text += " The maxima over epochs are what the paper prints; they flatter.";
  } else if (AnyPaper(study, &PaperFigures::accuracy)) {
    text += " The paper's are maxima over epochs, which flatter.";
  }
  if (!study.note.empty()) text += " " + study.note;
  return text + "\n\n" + MainTable(figures) +
         (study.per_class ? ClassTable(figures) : "") + ClaimLines(figures);
}

}  // namespace airy::studies

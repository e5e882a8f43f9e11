#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/studies/run_plan.h"
#include "preprocess/frame/result.h"

namespace airy::studies {

// How much work a study is.
struct StudySize {
  std::string name;  // "cpu", "gpu", "paper", or "own"
  int64_t shots = 0;
  int pixels = 0;
  int epochs = 0;
  int seeds = 1;
  // Shots and epochs of networks whose speed alone is measured; 0: all are trained.
  int64_t timing_shots = 0;
  int timing_epochs = 0;
  int64_t pretraining_shots = 0;
};

// InvalidArgument names the sizes there are.
Result<StudySize> FindStudySize(const std::string& name);

// What the paper prints for a row: the maximum over the epochs of its 15 %.
struct PaperFigures {
  double accuracy = 0;
  double precision = 0;
  double recall = 0;
  double train_hours = 0;  // 200 epochs of 6174 images; 0: not printed
};

struct StudyRow {
  std::string name;
  RunPlan plan;  // of the first seed
  std::optional<PaperFigures> paper{};
  // In the picture: place along x, and the curve it belongs to. -1: a level line.
  int x = -1;
  std::string curve{};
};

// Something that was said of rows, to be held against our figures: the rows from the
// highest figure to the lowest.
struct Claim {
  std::string text;
  std::string figure;  // "accuracy"
  std::vector<std::string> falling;
};

struct Study {
  std::string name{};
  std::string title;
  std::string note{};  // what to know when reading it
  std::vector<StudyRow> rows{};
  std::vector<Claim> claims{};
  std::vector<std::string> x_names{};
  bool per_class = false;
};

// What all rows of all studies share.
struct StudySettings {
  StudySize size;
  model::TrainerOptions base;  // a recipe, for images, of this size
  std::string reference;       // a checkpoint to compare with; may be empty
  std::string reference_sha256;
};

// A study's name, and a line on it.
struct StudyName {
  std::string_view name;
  std::string_view about;
};
std::span<const StudyName> StudyNames();

// InvalidArgument names the studies there are.
Result<Study> MakeStudy(const std::string& name, const StudySettings& settings);

// Its runs in the order to do them: what rows start from, what is cheap, then each
// training with the first seed, each with the second one, and so on.
std::vector<RunPlan> RunsOf(const Study& study, const StudySettings& settings);
// The name of a row's run with a seed, 1..seeds.
std::string RunName(const StudyRow& row, int seed);

}  // namespace airy::studies

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/recipes.h"
#include "model/studies/study.h"
#include "tests/testing/status.h"

namespace airy::studies {
namespace {

StudySettings Settings(const std::string& size) {
  StudySettings settings;
  settings.size = FindStudySize(size).value();
  settings.base = model::FindRecipe("modern").value();
  settings.reference = "first.safetensors";
  settings.reference_sha256 = "abc";
  return settings;
}

TEST(StudyTableTest, EveryClaimIsAboutRowsThatThereAre) {
  for (const StudyName& name : StudyNames()) {
    const Study study = MakeStudy(std::string(name.name), Settings("cpu")).value();
    std::set<std::string> rows;
    for (const StudyRow& row : study.rows) {
      EXPECT_TRUE(rows.insert(row.name).second) << row.name;
      EXPECT_LT(row.x, std::ssize(study.x_names)) << row.name;
    }
    EXPECT_TRUE(rows.contains("constant answer"));
    EXPECT_TRUE(rows.contains("reference"));
    for (const Claim& claim : study.claims) {
      for (const std::string& row : claim.falling) EXPECT_TRUE(rows.contains(row)) << row;
    }
  }
}

// The paper's own figures must be in the order that it says they are.
TEST(StudyTableTest, ThePaperKeepsItsOwnClaims) {
  const std::map<std::string, double PaperFigures::*> figures = {
      {"accuracy", &PaperFigures::accuracy},
      {"precision", &PaperFigures::precision},
      {"recall", &PaperFigures::recall}};
  int held = 0;
  for (const StudyName& name : StudyNames()) {
    const Study study = MakeStudy(std::string(name.name), Settings("paper")).value();
    for (const Claim& claim : study.claims) {
      for (size_t i = 1; i < claim.falling.size(); ++i) {
        const auto of = [&](size_t place) -> std::optional<PaperFigures> {
          return std::ranges::find(study.rows, claim.falling[place], &StudyRow::name)
              ->paper;
        };
        if (!of(i - 1) || !of(i)) continue;
        const auto figure = figures.at(claim.figure);
        EXPECT_GT((*of(i - 1)).*figure, (*of(i)).*figure)
            << claim.text << " " << claim.figure << " " << claim.falling[i];
        ++held;
      }
    }
  }
  EXPECT_EQ(held, 3 + 3 + 9 + 12 + 2 + 2);
}

TEST(StudyTableTest, StudiesShareTheRunsThatAreTheSame) {
  std::map<std::string, std::string> prints;
  int runs = 0;
  for (const StudyName& name : StudyNames()) {
    const StudySettings settings = Settings("cpu");
    for (const RunPlan& run :
         RunsOf(MakeStudy(std::string(name.name), settings).value(), settings)) {
      ++runs;
      const auto [found, is_new] = prints.emplace(run.name, Fingerprint(run, "set"));
      EXPECT_EQ(found->second, Fingerprint(run, "set")) << run.name;
    }
  }
  EXPECT_LT(std::ssize(prints), runs);
}

TEST(StudyTableTest, TakesEverySeedAndTimesLargeNetworksOnceAtSizeCpu) {
  const StudySettings paper = Settings("paper");
  const Study alpha = MakeStudy("alpha", paper).value();
  const std::vector<RunPlan> runs = RunsOf(alpha, paper);
  EXPECT_EQ(runs.size(), 6U * 5);
  // All rows of a seed before the next seed.
  EXPECT_EQ(runs[10].name, "resnet18-log-seed-1");
  EXPECT_EQ(runs[13].name, "resnet18-seed-1");
  EXPECT_EQ(runs[14].name, "resnet18-log-seed-2");
  EXPECT_EQ(runs[14].options.seed, 2U);
  const StudySettings cpu = Settings("cpu");
  int timed = 0;
  for (const RunPlan& run : RunsOf(MakeStudy("depth", cpu).value(), cpu)) {
    if (!run.timing_only) continue;
    ++timed;
    EXPECT_EQ(run.shots, 500);
    EXPECT_EQ(model::TotalEpochs(run.options), 2);
  }
  EXPECT_EQ(timed, 3);
}

TEST(StudyTableTest, NamesWhatThereIs) {
  const auto study = MakeStudy("beta", Settings("cpu"));
  EXPECT_STATUS(StatusCode::kInvalidArgument, study);
  EXPECT_NE(study.status().message().find("alpha, training-size"), std::string::npos);
  const auto size = FindStudySize("huge");
  EXPECT_STATUS(StatusCode::kInvalidArgument, size);
  EXPECT_EQ(size.status().message(), "size must be one of: cpu, gpu, paper; was 'huge'");
}

}  // namespace
}  // namespace airy::studies

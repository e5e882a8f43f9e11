#include "model/studies/study_figures.h"

#include <gtest/gtest.h>

#include "model/studies/study_report.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::studies {
namespace {

// Two rows of two seeds. Accuracies by run name.
class StudyFiguresTest : public ::testing::Test {
 protected:
  StudyFiguresTest() {
    settings_.size = {.name = "own", .shots = 60, .pixels = 56, .epochs = 3, .seeds = 2};
    study_.title = "Two networks";
    for (const char* name : {"deep", "wide"}) {
      StudyRow row{.name = name, .plan = {}, .paper = PaperFigures{.9, .8, .7, 2}};
      row.plan.name = name;
      row.plan.shots = 60;
      row.plan.options.schedule = {{.size = 56, .epochs = 3}};
      study_.rows.push_back(row);
    }
    study_.claims = {{"deep is better", "accuracy", {"deep", "wide"}}};
  }

  RunQueue Done(const std::map<std::string, double>& accuracies) {
    RunQueue queue =
        RunQueue::Open(folder_.File("q"), RunsOf(study_, settings_), "simulator 3 seed 1")
            .value();
    const auto worker = [&](const RunPlan& plan, const std::string&,
                            const RunQueue::Position&) -> Result<RunRecord> {
      if (!accuracies.contains(plan.name)) return DataLoss("loss is no longer finite");
      RunRecord record{.set = "simulator 3 seed 1", .device = "cpu fp32"};
      record.figures["accuracy"] = accuracies.at(plan.name);
      record.figures["images_per_s"] = 12.34;
      return record;
    };
    EXPECT_OK(queue.Work({}, worker));
    return queue;
  }

  const airy::testing::TempDir folder_;
  StudySettings settings_;
  Study study_;
};

TEST_F(StudyFiguresTest, GivesMeanAndStandardErrorOverSeeds) {
  const RunQueue queue = Done({{"deep-seed-1", 0.9}, {"deep-seed-2", 0.8}});
  const StudyFigures figures(study_, settings_, queue);
  EXPECT_EQ(FigureText(*figures.Of(study_.rows[0], "accuracy")), "0.8500 ± 0.0500");
  EXPECT_FALSE(figures.Of(study_.rows[0], "recall"));
  EXPECT_FALSE(figures.Of(study_.rows[1], "accuracy"));
  EXPECT_EQ(figures.WhyNot(study_.rows[1]), "failed: loss is no longer finite");
}

TEST_F(StudyFiguresTest, SaysWhichClaimsHold) {
  const RunQueue holds = Done({{"deep-seed-1", 0.9}, {"wide-seed-1", 0.8}});
  EXPECT_EQ(StudyFigures(study_, settings_, holds).Judge(study_.claims[0]),
            "holds (0.9000 > 0.8000)");
}

TEST_F(StudyFiguresTest, EqualFiguresAreNoOrder) {
  const RunQueue equal = Done({{"deep-seed-1", 0.8}, {"wide-seed-1", 0.8}});
  EXPECT_EQ(StudyFigures(study_, settings_, equal).Judge(study_.claims[0]),
            "does not hold (0.8000 <= 0.8000)");
}

TEST_F(StudyFiguresTest, SaysWhichRowsAClaimMisses) {
  const RunQueue missing = Done({{"deep-seed-1", 0.9}});
  EXPECT_EQ(StudyFigures(study_, settings_, missing).Judge(study_.claims[0]),
            "rows are missing: wide");
}

TEST_F(StudyFiguresTest, ReportsEveryRowWithItsConditions) {
  const RunQueue queue = Done({{"deep-seed-1", 0.9}});
  const std::string report = StudyReport(StudyFigures(study_, settings_, queue));
  EXPECT_NE(report.find("# Two networks\n"), std::string::npos);
  const size_t line = report.find("| deep ");
  ASSERT_NE(line, std::string::npos);
  const std::string row = report.substr(line, report.find('\n', line) - line);
  size_t at = 0;
  for (const char* cell :
       {"0.9000", "0.900", "0.800", "0.700", "12.3", "172", "60 shots, 56 px, 3 epochs",
        "1 of 2", "cpu fp32", "simulator 3"}) {
    at = row.find(cell, at);
    ASSERT_NE(at, std::string::npos) << cell << " in " << row;
  }
}

TEST_F(StudyFiguresTest, ReportsARowThatIsNotRun) {
  const RunQueue queue =
      RunQueue::Open(folder_.File("q"), RunsOf(study_, settings_), "set").value();
  const std::string report = StudyReport(StudyFigures(study_, settings_, queue));
  EXPECT_NE(report.find("| deep |  not run |"), std::string::npos) << report;
  EXPECT_NE(report.find("| wide |  not run |"), std::string::npos) << report;
  EXPECT_NE(report.find("rows are missing: deep, wide"), std::string::npos) << report;
}

TEST_F(StudyFiguresTest, NamesWhereASetComesFrom) {
  EXPECT_EQ(OriginOf("simulator 3 seed 11001 shots 2000"), "simulator 3");
  EXPECT_EQ(OriginOf("cxidb-94.cxi shots 7264"), "cxidb-94.cxi");
}

}  // namespace
}  // namespace airy::studies

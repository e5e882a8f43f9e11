#include "model/studies/study_plot.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::studies {
namespace {

int64_t PixelsOf(const plot::Canvas& canvas, const plot::Colour& colour) {
  int64_t count = 0;
  for (size_t i = 0; i < canvas.rgb().size(); i += 3) {
    count += canvas.rgb()[i] == colour.red && canvas.rgb()[i + 1] == colour.green &&
             canvas.rgb()[i + 2] == colour.blue;
  }
  return count;
}

TEST(StudyPlotTest, DrawsWhatIsThereAndThePaperBeside) {
  const airy::testing::TempDir folder;
  StudySettings settings;
  settings.size.seeds = 1;
  Study study{.title = "one"};
  study.x_names = {"a", "b"};
  for (int i = 0; i < 2; ++i) {
    StudyRow row{.name = study.x_names[static_cast<size_t>(i)], .plan = {}, .x = i};
    row.plan.name = row.name;
    study.rows.push_back(row);
  }
  auto queue = RunQueue::Open(folder.File("q"), RunsOf(study, settings), "set").value();
  const int64_t nothing =
      PixelsOf(DrawStudy(StudyFigures(study, settings, queue)), plot::kBlue);
  EXPECT_EQ(nothing, 0);
  for (StudyRow& row : study.rows) row.paper = PaperFigures{.9, .8, .7};
  const int64_t paper =
      PixelsOf(DrawStudy(StudyFigures(study, settings, queue)), plot::kBlue);
  EXPECT_GT(paper, 0);
  ASSERT_OK(queue.Work({},
                       [](const RunPlan& plan, const std::string&,
                          const RunQueue::Position&) -> Result<RunRecord> {
                         RunRecord record;
                         record.figures["macro_f1"] = plan.name == "a-seed-1" ? 0.2 : 0.6;
                         return record;
                       }));
  EXPECT_GT(PixelsOf(DrawStudy(StudyFigures(study, settings, queue)), plot::kBlue),
            paper + 100);
}

}  // namespace
}  // namespace airy::studies

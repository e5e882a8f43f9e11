#include "server/pipeline/input_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/pipeline/rig.h"

namespace airy::pipeline {
namespace {

class InputWatchTest : public ::testing::Test {
 protected:
  InputWatchTest() {
    model_.input_mean_p01 = 1;
    model_.input_mean_p99 = 10;
  }
  // Shows `count` hits of a mean; returns what was logged.
  std::string Show(float mean, int count) {
    Image image(kInputSize, kInputSize);
    for (float& pixel : image.pixels()) pixel = mean;
    ::testing::internal::CaptureStderr();
    telemetry::InitLog({});
    for (int i = 0; i < count; ++i) watch_.Observe(image, model_);
    return ::testing::internal::GetCapturedStderr();
  }
  double Ratio() { return rig_.metrics.sources[0].input_out_of_range_ratio->Value(); }

  Rig rig_;
  model::ModelInfo model_;
  InputWatch watch_{rig_.sources[0], rig_.metrics.sources[0], rig_.clock};
};

TEST_F(InputWatchTest, AStreamInTheTrainedRangeIsQuiet) {
  EXPECT_EQ(Show(5, 200), "");
  EXPECT_EQ(rig_.metrics.sources[0].input_out_of_range->Value(), 0);
  EXPECT_EQ(Ratio(), 0);
}

TEST_F(InputWatchTest, AWrongGainIsCountedShownAndWarnedOfOnceAMinute) {
  const std::string log = Show(50, 100);
  EXPECT_EQ(rig_.metrics.sources[0].input_out_of_range->Value(), 100);
  EXPECT_EQ(Ratio(), 1);
  EXPECT_THAT(log, ::testing::HasSubstr("counts_scale"));
  EXPECT_THAT(log, ::testing::HasSubstr("mean_count=50 trained_p01=1 trained_p99=10"));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1);
  rig_.clock.Advance(60'000'000'000);
  EXPECT_NE(Show(0.1F, 1), "");
}

TEST_F(InputWatchTest, AFewOutliersAreExpected) {
  std::string log = Show(5, 100);
  log += Show(50, 5);
  EXPECT_EQ(log, "");
  EXPECT_EQ(rig_.metrics.sources[0].input_out_of_range->Value(), 5);
}

TEST_F(InputWatchTest, ForgetsWhenTheGainIsMended) {
  Show(50, 100);
  Show(5, 400);
  EXPECT_LT(Ratio(), 0.01);
}

}  // namespace
}  // namespace airy::pipeline

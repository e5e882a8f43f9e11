#include "server/pipeline/infer_worker.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/fakes/fake_engine.h"
#include "tests/unit/pipeline/rig.h"

namespace airy::pipeline {
namespace {

using testing::FakeEngine;

class InferWorkerTest : public ::testing::Test {
 protected:
  // Runs everything that was submitted.
  void RunAll(model::Engine& engine) {
    batcher_.Close();
    InferWorker(engine, batcher_, rig_.ledger, watches_, rig_.metrics, drain_, rig_.clock)
        .Run();
  }
  void Request(float first_pixel) {
    auto image = std::make_shared<Image>(kInputSize, kInputSize);
    image->at(0, 0) = first_pixel;
    batcher_.Classify(image, 0, nullptr,
                      [this](const auto& answer) { answers_.push_back(answer); });
  }

  Rig rig_;
  Drain drain_;
  std::shared_ptr<const model::ModelInfo> info_ =
      std::make_shared<model::ModelInfo>(FakeEngine().info());
  Batcher batcher_{{.max_size = 4}, info_, rig_.ledger, rig_.metrics, rig_.clock};
  std::vector<std::unique_ptr<InputWatch>> watches_ = [this] {
    std::vector<std::unique_ptr<InputWatch>> watches;
    watches.push_back(std::make_unique<InputWatch>(rig_.sources[0],
                                                   rig_.metrics.sources[0], rig_.clock));
    return watches;
  }();
  std::vector<InferenceQueue::Answer> answers_;
};

TEST_F(InferWorkerTest, EachFrameAndRequestGetsItsOwnAnswer) {
  batcher_.Submit(rig_.HitRecord(1, 10));
  batcher_.Submit(rig_.HitRecord(2, 90));
  Request(30);
  FakeEngine engine;
  RunAll(engine);
  EXPECT_EQ(engine.batch_sizes(), std::vector<size_t>{3});
  const auto records = rig_.Published();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_FLOAT_EQ(records[0]->probabilities[kRound], 0.1F);
  EXPECT_FLOAT_EQ(records[1]->probabilities[kRound], 0.9F);
  EXPECT_EQ(records[1]->model, info_);
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_TRUE(answers_[0].status.ok());
  EXPECT_FLOAT_EQ(answers_[0].probabilities[kBent], 0.3F);
  EXPECT_EQ(answers_[0].model, info_);
}

TEST_F(InferWorkerTest, TheNetworkSeesTheMapAndTheWatchTheCounts) {
  auto info = std::make_shared<model::ModelInfo>(*info_);
  info->input_mean_p01 = 5;
  info->input_mean_p99 = 200;
  Batcher batcher({}, info, rig_.ledger, rig_.metrics, rig_.clock);
  for (const float counts : {80.0F, 300.0F}) {
    auto record = rig_.HitRecord(1, counts);
    auto map = std::make_shared<Image>(kInputSize, kInputSize);
    map->at(0, 0) = 0.7F;
    record->map = map;
    batcher.Submit(std::move(record));
  }
  batcher.Close();
  FakeEngine engine;
  InferWorker(engine, batcher, rig_.ledger, watches_, rig_.metrics, drain_, rig_.clock)
      .Run();
  const auto records = rig_.Published();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_FLOAT_EQ(records[0]->probabilities[0], 0.007F);
  EXPECT_EQ(rig_.metrics.sources[0].input_out_of_range->Value(), 1);
}

TEST_F(InferWorkerTest, LabelsAreTheClassesAtOrAboveTheirThreshold) {
  auto info = std::make_shared<model::ModelInfo>(*info_);
  info->thresholds.fill(0.5F);
  info->thresholds[kBent] = 0.9F;
  info->thresholds[kEmpty] = 0.3F;
  Batcher batcher({}, info, rig_.ledger, rig_.metrics, rig_.clock);
  batcher.Submit(rig_.HitRecord(1, 30));
  batcher.Close();
  FakeEngine engine;
  InferWorker(engine, batcher, rig_.ledger, watches_, rig_.metrics, drain_, rig_.clock)
      .Run();
  const auto records = rig_.Published();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]->labels, 1U << kEmpty);
  EXPECT_EQ(rig_.metrics.class_labels[kEmpty]->Value(), 1);
  EXPECT_EQ(rig_.metrics.class_labels[kBent]->Value(), 0);
}

TEST_F(InferWorkerTest, AFailedBatchCostsItsOwnImagesAndNothingElse) {
  for (uint64_t train = 1; train <= 8; ++train) batcher_.Submit(rig_.HitRecord(train));
  int runs = 0;
  FakeEngine engine(
      8, [&](auto) { return ++runs == 1 ? Internal("device lost") : OkStatus(); });
  RunAll(engine);
  int lost = 0, classified = 0;
  for (const auto& record : rig_.Published()) {
    (record->outcome == Outcome::kDropped ? lost : classified)++;
    EXPECT_EQ(record->outcome == Outcome::kDropped, record->id.train_id <= 4);
  }
  EXPECT_EQ(lost, 4);
  EXPECT_EQ(classified, 4);
  EXPECT_EQ(rig_.Dropped(Stage::kEngine, DropReason::kEngineError), 4);
}

TEST_F(InferWorkerTest, ARequestInAFailedBatchIsAnsweredInternal) {
  Request(1);
  FakeEngine engine(8, [](auto) { return Unavailable("device lost"); });
  RunAll(engine);
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].status.code(), StatusCode::kInternal);
  EXPECT_EQ(answers_[0].status.message(), "device lost");
  EXPECT_EQ(rig_.metrics.requests_failed->Value(), 1);
}

TEST_F(InferWorkerTest, ANonFiniteProbabilityIsAnErrorOfThatImageAlone) {
  batcher_.Submit(rig_.HitRecord(1, std::numeric_limits<float>::infinity()));
  batcher_.Submit(rig_.HitRecord(2, 50));
  FakeEngine engine;
  RunAll(engine);
  const auto records = rig_.Published();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0]->drop_reason, DropReason::kEngineError);
  EXPECT_EQ(records[1]->outcome, Outcome::kClassified);
}

TEST_F(InferWorkerTest, AfterTheDrainNothingIsRunAndEverythingAnswered) {
  batcher_.Submit(rig_.HitRecord(1));
  Request(1);
  drain_.Begin(rig_.clock.SteadyNs());
  FakeEngine engine;
  RunAll(engine);
  EXPECT_TRUE(engine.batch_sizes().empty());
  EXPECT_EQ(rig_.Dropped(Stage::kBatch, DropReason::kShutdown), 1);
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].status.code(), StatusCode::kUnavailable);
}

}  // namespace
}  // namespace airy::pipeline

#include "server/pipeline/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>

#include "tests/fakes/fake_engine.h"
#include "tests/testing/status.h"
#include "tests/unit/pipeline/rig.h"

namespace airy::pipeline {
namespace {

using testing::FakeEngine;

class PipelineTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Pipeline>> Make(FakeEngine::OnRun on_run = nullptr) {
    std::vector<std::unique_ptr<model::Engine>> engines;
    auto engine = std::make_unique<FakeEngine>(8, std::move(on_run));
    engine->mutable_info().ccf = trained_on_;
    engines.push_back(std::move(engine));
    return Pipeline::Create(options_, sources_, {{}}, std::move(engines), metrics_,
                            SystemClock(), [this](auto stage, auto) { failed_ = stage; });
  }
  void StopNow(Pipeline& pipeline) {
    pipeline.Stop(SystemClock().SteadyNs(), [](auto) {});
  }
  void StopDrained(Pipeline& pipeline) {
    pipeline.Stop(SystemClock().SteadyNs() + 60'000'000'000, [](auto) {});
  }

  std::optional<transform::CcfOptions> trained_on_;
  PipelineOptions options_;
  std::vector<SourceInfo> sources_ = {SmallSource("demo", 0)};
  telemetry::Metrics metrics_{LabelsFor(sources_)};
  std::string failed_;
};

TEST_F(PipelineTest, RefusesOptionsOutOfRangeByName) {
  options_.batch.max_size = 9;
  const auto too_large = Make();
  EXPECT_STATUS(StatusCode::kInvalidArgument, too_large);
  EXPECT_EQ(too_large.status().message(), "batch.max_size must be 1..8; was 9");
  options_.batch.max_size = 8;
  options_.worker_threads = 0;
  EXPECT_THAT(Make().status().message(), ::testing::HasSubstr("worker_threads"));
}

TEST_F(PipelineTest, RefusesASourceThatCannotBePreprocessedByName) {
  sources_[0].counts_scale = -1;
  const auto made = Make();
  EXPECT_STATUS(StatusCode::kInvalidArgument, made);
  EXPECT_THAT(made.status().message(), ::testing::HasSubstr("source.demo"));
}

TEST_F(PipelineTest, RefusesAModelThatWasTrainedOnAnotherInput) {
  options_.ccf.emplace();
  EXPECT_EQ(Make().status().message(),
            "preprocess.input must be what the model \"fake\" was trained on, image; was "
            "ccf (order 8, part real, scaling log, inner radius 17 px)");
  trained_on_.emplace();
  trained_on_->order = 4;
  EXPECT_EQ(
      Make().status().message(),
      "preprocess.input must be what the model \"fake\" was trained on, ccf (order "
      "4, part real, scaling log, inner radius 17 px); was ccf (order 8, part real, "
      "scaling log, inner radius 17 px)");
  options_.ccf->order = 4;
  options_.ccf->grid.inner_radius_px = 17;
  EXPECT_OK(Make());
  options_.ccf.reset();
  EXPECT_STATUS(StatusCode::kInvalidArgument, Make());
}

TEST_F(PipelineTest, CarriesAHitToItsResultWithAllItsTimes) {
  auto pipeline = Make().value();
  auto results = pipeline->hub().Subscribe({.name = "test"});
  pipeline->Start();
  Frame frame = UniformFrame(5, kHit, SystemClock());
  frame.detector_time_unix_ns = frame.arrival_unix_ns - 1000;
  EXPECT_TRUE(pipeline->intake(0).Submit(std::move(frame)));
  const auto popped = results->Pop();
  ASSERT_TRUE(popped);
  const Record& record = **popped;
  EXPECT_EQ(record.outcome, Outcome::kClassified);
  EXPECT_EQ(record.id.source, "demo");
  EXPECT_EQ(record.id.train_id, 5U);
  EXPECT_FLOAT_EQ(record.probabilities[0], 0.8F);
  EXPECT_EQ(record.model->name, "fake");
  const StageTimes& times = record.times;
  const std::vector<int64_t> passed = {times.arrival_ns,          times.decoded_ns,
                                       times.preprocess_start_ns, times.preprocess_end_ns,
                                       times.infer_start_ns,      times.infer_end_ns,
                                       times.published_ns};
  EXPECT_GT(passed.front(), 0);
  EXPECT_TRUE(std::is_sorted(passed.begin(), passed.end()));
  StopDrained(*pipeline);
  const std::string page = metrics_.Render();
  for (const char* series :
       {"airy_latency_seconds_count{since=\"detector\"} 1",
        "airy_latency_seconds_count{since=\"arrival\"} 1",
        "airy_stage_seconds_count{stage=\"infer\"} 1",
        "airy_stage_seconds_count{stage=\"batch\"} 1", "airy_batch_size_count 1"}) {
    EXPECT_THAT(page, ::testing::HasSubstr(series));
  }
}

TEST_F(PipelineTest, AnswersRequestsBesideTheStream) {
  auto pipeline = Make().value();
  pipeline->Start();
  auto image = std::make_shared<Image>(kInputSize, kInputSize);
  image->at(0, 0) = 40;
  std::latch answered(1);
  pipeline->inference().Classify(image, 0, nullptr, [&](const auto& answer) {
    EXPECT_FLOAT_EQ(answer.probabilities[0], 0.4F);
    answered.count_down();
  });
  answered.wait();
}

TEST_F(PipelineTest, DrainsWhatItTookInWhenTheBudgetAllows) {
  auto pipeline = Make().value();
  auto results = pipeline->hub().Subscribe({.name = "test"});
  for (uint64_t train = 1; train <= 20; ++train) {
    pipeline->intake(0).Submit(UniformFrame(train, kHit, SystemClock()));
  }
  pipeline->Start();
  StopDrained(*pipeline);
  size_t classified = 0;
  while (const auto record = results->Pop()) {
    classified += (*record)->outcome == Outcome::kClassified ? 1 : 0;
  }
  EXPECT_EQ(classified, 20U);
}

TEST_F(PipelineTest, NamesTheStagesItWaitsFor) {
  auto pipeline = Make().value();
  pipeline->Start();
  std::vector<std::string> stages;
  pipeline->Stop(SystemClock().SteadyNs(),
                 [&](std::string_view stage) { stages.emplace_back(stage); });
  EXPECT_EQ(stages, (std::vector<std::string>{"work", "infer"}));
}

TEST_F(PipelineTest, ReportsAStageThatThrows) {
  auto pipeline = Make([](auto) -> Status { throw std::runtime_error("boom"); }).value();
  pipeline->Start();
  pipeline->intake(0).Submit(UniformFrame(1, kHit, SystemClock()));
  StopDrained(*pipeline);
  EXPECT_EQ(failed_, "infer");
}

TEST_F(PipelineTest, MeasuresItsQueues) {
  options_.frame_queue_capacity = 7;
  auto pipeline = Make().value();
  pipeline->intake(0).Submit(UniformFrame(1, kNoHit, SystemClock()));
  pipeline->MeasureQueues();
  const std::string page = metrics_.Render();
  EXPECT_THAT(page, ::testing::HasSubstr("airy_queue_depth{queue=\"frames\"} 1"));
  EXPECT_THAT(page, ::testing::HasSubstr("airy_queue_capacity{queue=\"frames\"} 7"));
}

}  // namespace
}  // namespace airy::pipeline

#include "server/pipeline/frame_worker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/unit/pipeline/rig.h"
#include "tests/unit/transform/ccf_pattern.h"

namespace airy::pipeline {
namespace {

class FrameWorkerTest : public ::testing::Test {
 protected:
  std::unique_ptr<FrameWorker> Make(bool classify_misses = false) {
    const SourceInfo& source = rig_.sources[0];
    FrameWorker::Preprocessors preprocessors;
    preprocessors.push_back(
        transform::Preprocessor::Create({source.hit_finder, source.rescale,
                                         source.counts_scale, source.mask, source.dark,
                                         source.mask_rows, source.mask_cols, ccf_})
            .value());
    return std::make_unique<FrameWorker>(std::move(preprocessors), classify_misses,
                                         queue_, batcher_, rig_.ledger, images_, drain_,
                                         rig_.clock);
  }
  QueuedFrame Queued(Frame frame) {
    frame.id.source = rig_.sources[0].name;
    return {std::move(frame), &rig_.sources[0], rig_.clock.SteadyNs()};
  }
  std::shared_ptr<const Record> OnlyRecord() {
    const auto records = rig_.Published();
    EXPECT_EQ(records.size(), 1U);
    return records.empty() ? std::make_shared<Record>() : records[0];
  }
  // The record that reached the batcher.
  std::shared_ptr<Record> Batched() {
    batcher_.Close();
    Batch batch;
    EXPECT_TRUE(batcher_.Next(&batch));
    return batch.frames.empty() ? std::make_shared<Record>() : batch.frames[0];
  }

  std::optional<transform::CcfOptions> ccf_;
  Rig rig_;
  FrameQueue queue_{8};
  ImagePool images_{4};
  Drain drain_;
  Batcher batcher_{
      {}, std::make_shared<model::ModelInfo>(), rig_.ledger, rig_.metrics, rig_.clock};
};

TEST_F(FrameWorkerTest, AHitGoesToTheBatcherWithImageAndFrame) {
  rig_.sources[0].counts_scale = 0.5;
  Make()->Process(Queued(UniformFrame(3, kHit, rig_.clock)));
  const auto record = Batched();
  EXPECT_EQ(record->id.train_id, 3U);
  EXPECT_TRUE(record->hit.is_hit);
  EXPECT_EQ(record->hit.lit_pixels, 256);
  ASSERT_NE(record->image, nullptr);
  EXPECT_EQ(record->image->rows(), kInputSize);
  EXPECT_FLOAT_EQ(record->image->at(100, 100), kHit / 2.0F);
  ASSERT_NE(record->frame, nullptr);
  EXPECT_EQ(record->frame->pixels.cols, 16);
}

TEST_F(FrameWorkerTest, AHitIsMappedWhereTheNetworkSeesMaps) {
  ccf_.emplace();
  Frame frame = UniformFrame(3, kHit, rig_.clock);
  auto pixels = std::make_shared<std::vector<uint16_t>>();
  for (int i = 0; i < 256; ++i) pixels->push_back(static_cast<uint16_t>(60 + i * i % 97));
  frame.pixels = DenseView(pixels->data(), PixelType::kUint16, 16, 16);
  frame.owner = pixels;
  Make()->Process(Queued(std::move(frame)));
  const auto record = Batched();
  ASSERT_NE(record->image, nullptr);
  EXPECT_FLOAT_EQ(record->image->at(0, 0), 60) << "people see counts";
  ASSERT_NE(record->map, nullptr);
  const Image expected = transform::MapOf(*record->image);
  EXPECT_TRUE(std::ranges::equal(record->map->pixels(), expected.pixels()));
  EXPECT_EQ(&NetworkInput(*record), record->map.get());
}

TEST_F(FrameWorkerTest, AMissEndsAsARecordWithItsScore) {
  Make()->Process(Queued(UniformFrame(3, kNoHit, rig_.clock)));
  const auto record = OnlyRecord();
  EXPECT_EQ(record->outcome, Outcome::kMiss);
  EXPECT_EQ(record->hit.valid_pixels, 256);
  EXPECT_EQ(record->frame, nullptr);
  EXPECT_EQ(rig_.metrics.sources[0].misses->Value(), 1);
  EXPECT_EQ(rig_.metrics.sources[0].hits->Value(), 0);
}

TEST_F(FrameWorkerTest, MissesGoToTheNetworkOnlyWhenAskedFor) {
  Make(true)->Process(Queued(UniformFrame(3, kNoHit, rig_.clock)));
  const auto record = Batched();
  EXPECT_FALSE(record->hit.is_hit);
  EXPECT_NE(record->image, nullptr);
  EXPECT_EQ(record->frame, nullptr);
}

TEST_F(FrameWorkerTest, AFrameOfAnotherShapeThanItsMaskIsDropped) {
  rig_.sources[0].mask.assign(256, 1);
  rig_.sources[0].mask_rows = rig_.sources[0].mask_cols = 16;
  const auto worker = Make();
  worker->Process(Queued(UniformFrame(1, kHit, rig_.clock, 32)));
  EXPECT_EQ(OnlyRecord()->drop_reason, DropReason::kBadShape);
  worker->Process(Queued(UniformFrame(2, kNoHit, rig_.clock)));
  EXPECT_EQ(OnlyRecord()->outcome, Outcome::kMiss);
}

TEST_F(FrameWorkerTest, AFrameOfNothingButNanIsDropped) {
  auto pixels =
      std::make_shared<std::vector<float>>(256, std::numeric_limits<float>::quiet_NaN());
  Frame frame = UniformFrame(1, kHit, rig_.clock);
  frame.pixels = DenseView(pixels->data(), PixelType::kFloat32, 16, 16);
  frame.owner = pixels;
  Make()->Process(Queued(std::move(frame)));
  const auto record = OnlyRecord();
  EXPECT_EQ(record->drop_stage, Stage::kPreprocess);
  EXPECT_EQ(record->drop_reason, DropReason::kNotFinite);
}

TEST_F(FrameWorkerTest, AStreamMayChangeItsShape) {
  const auto worker = Make();
  for (const int rows : {16, 48, 16}) {
    worker->Process(Queued(UniformFrame(1, kNoHit, rig_.clock, rows)));
    EXPECT_EQ(OnlyRecord()->outcome, Outcome::kMiss);
  }
}

TEST_F(FrameWorkerTest, AfterTheDrainFramesAreOnlyAccountedFor) {
  drain_.Begin(rig_.clock.SteadyNs());
  Make()->Process(Queued(UniformFrame(1, kHit, rig_.clock)));
  const auto record = OnlyRecord();
  EXPECT_EQ(record->drop_reason, DropReason::kShutdown);
  EXPECT_EQ(record->times.preprocess_start_ns, 0);
}

}  // namespace
}  // namespace airy::pipeline

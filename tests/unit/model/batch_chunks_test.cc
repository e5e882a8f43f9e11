#include "model/batch_chunks.h"

#include <gtest/gtest.h>

#include <vector>

namespace airy::model {
namespace {

constexpr int64_t kImageBytes = 4 * 224 * 224;
constexpr int64_t kFrameBytes = 2 * 1035 * 1035;

TEST(BatchChunksTest, PreparesPowersOfTwoUpToTheLargestBatch) {
  EXPECT_EQ(BatchSizes(1, kImageBytes), (std::vector<int>{1}));
  EXPECT_EQ(BatchSizes(8, kImageBytes), (std::vector<int>{1, 2, 4, 8}));
  EXPECT_EQ(BatchSizes(11, kImageBytes), (std::vector<int>{1, 2, 4, 8, 11}));
  EXPECT_EQ(BatchSizes(512, kImageBytes),
            (std::vector<int>{1, 2, 4, 8, 16, 32, 64, 128}));
}

TEST(BatchChunksTest, UploadsFewLargeItemsAtATime) {
  EXPECT_EQ(BatchSizes(512, kFrameBytes), (std::vector<int>{1, 2, 4, 8, 16}));
  EXPECT_EQ(BatchSizes(20, kFrameBytes), (std::vector<int>{1, 2, 4, 8, 16, 20}));
  EXPECT_EQ(BatchSizes(8, int64_t{1} << 33), (std::vector<int>{1}));
}

TEST(BatchChunksTest, FillsUpToTheNextSizePrepared) {
  const std::vector<int> sizes = {1, 2, 4, 6};
  EXPECT_EQ(SplitIntoChunks(1, sizes), (std::vector<Chunk>{{0, 1, 1}}));
  EXPECT_EQ(SplitIntoChunks(3, sizes), (std::vector<Chunk>{{0, 3, 4}}));
  EXPECT_EQ(SplitIntoChunks(6, sizes), (std::vector<Chunk>{{0, 6, 6}}));
}

TEST(BatchChunksTest, SplitsWhatIsLargerThanTheLargestSize) {
  const std::vector<int> sizes = {1, 2, 4};
  EXPECT_EQ(SplitIntoChunks(8, sizes), (std::vector<Chunk>{{0, 4, 4}, {4, 4, 4}}));
  EXPECT_EQ(SplitIntoChunks(11, sizes),
            (std::vector<Chunk>{{0, 4, 4}, {4, 4, 4}, {8, 3, 4}}));
}

TEST(BatchChunksTest, CoversEveryCountOnce) {
  for (const int max_batch : {1, 3, 8, 100, 512}) {
    const std::vector<int> sizes = BatchSizes(max_batch, kFrameBytes);
    for (int count = 1; count <= max_batch; ++count) {
      int next = 0;
      for (const Chunk& chunk : SplitIntoChunks(count, sizes)) {
        ASSERT_EQ(chunk.first, next);
        ASSERT_GE(chunk.count, 1);
        ASSERT_LE(chunk.count, chunk.batch);
        next += chunk.count;
      }
      ASSERT_EQ(next, count);
    }
  }
}

}  // namespace
}  // namespace airy::model

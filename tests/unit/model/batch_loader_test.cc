#include "model/batch_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <numeric>

#include "preprocess/frame/label_rules.h"
#include "tests/testing/status.h"
#include "tests/unit/model/watched_source.h"

namespace airy::model {
namespace {

using ::testing::ElementsAre;

// Image i has i counts everywhere and is of class i modulo their number.
Dataset Numbered(int count) {
  Dataset dataset("numbers");
  for (int i = 0; i < count; ++i) {
    Labels labels{};
    labels[static_cast<size_t>(i) % kClassCount] = 1;
    EXPECT_OK(dataset.Add(
        std::vector<float>(size_t{kInputSize} * kInputSize, static_cast<float>(i)),
        labels));
  }
  return dataset;
}

std::vector<int64_t> FirstNumbers(int64_t count) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

TEST(BatchLoaderTest, GivesAllBatchesInOrder) {
  const Dataset images = Numbered(6);
  const std::vector<int64_t> order = {5, 0, 3, 1, 2};
  BatchLoader loader(images, InBatches(order, 2), /*pinned=*/false);
  std::vector<std::vector<int64_t>> indices;
  while (!loader.is_done()) {
    const auto loaded = loader.Next();
    ASSERT_OK(loaded);
    indices.push_back(loaded->indices);
    for (size_t i = 0; i < loaded->indices.size(); ++i) {
      const int64_t index = loaded->indices[i];
      const auto place = static_cast<int64_t>(i);
      EXPECT_TRUE((loaded->images[place] == index).all().item<bool>());
      EXPECT_EQ(loaded->labels[place].argmax().item<int64_t>(), index);
      EXPECT_EQ(loaded->labels[place].sum().item<float>(), 1);
    }
  }
  EXPECT_THAT(indices, ElementsAre(ElementsAre(5, 0), ElementsAre(3, 1), ElementsAre(2)));
}

TEST(BatchLoaderTest, IsAheadByAsManyBatchesAsItMayHold) {
  const Dataset images = Numbered(4);
  const StreamedSet set(images);
  std::vector<int64_t> order;
  for (int i = 0; i < 300; ++i) order.push_back(i % 4);
  const int64_t batch = 3;
  const auto ahead = batch * static_cast<int64_t>(BatchLoader::kAhead);
  int64_t taken = 0;
  {
    BatchLoader loader(set.dataset, InBatches(order, batch), /*pinned=*/false);
    for (; taken < 60; taken += batch) {
      set.source->WaitForReads(taken + ahead);  // without anybody asking
      EXPECT_EQ(set.source->reads(), taken + ahead);
      ASSERT_OK(loader.Next());
    }
  }
  EXPECT_LE(set.source->reads(), taken + ahead) << "it went on when nobody was there";
  EXPECT_EQ(set.dataset.images_held(), 0);
}

TEST(BatchLoaderTest, AnErrorComesInThePlaceOfItsBatch) {
  const Dataset images = Numbered(6);
  const StreamedSet set(images);
  set.source->bad_index = 3;
  BatchLoader loader(set.dataset, InBatches(FirstNumbers(6), 2), /*pinned=*/false);
  set.source->WaitForReads(4);
  EXPECT_OK(loader.Next());
  const auto bad = loader.Next();
  EXPECT_STATUS(StatusCode::kDataLoss, bad);
  EXPECT_EQ(bad.status().message(), "/data/run.cxi shot 3: bad");
}

TEST(BatchLoaderTest, GivesOnWhatItsThreadThrew) {
  class Exhausted final : public ImageSource {
    Status Read(int64_t, std::span<float>) override { throw std::bad_alloc(); }
  };
  const Dataset dataset("none", ElevenClasses(), LabelsOf(Numbered(4)),
                        std::make_unique<Exhausted>());
  BatchLoader loader(dataset, InBatches(FirstNumbers(4), 2), /*pinned=*/false);
  EXPECT_THROW((void)loader.Next(), std::bad_alloc);
}

}  // namespace
}  // namespace airy::model

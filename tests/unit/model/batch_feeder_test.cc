#include "model/batch_feeder.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace airy::model {
namespace {

// Items of two numbers; the answers to (a, b) are a + b, a - b and 1.
class BatchFeederTest : public ::testing::Test {
 protected:
  static constexpr int kMaxBatch = 11;

  BatchFeederTest() {
    for (int i = 0; i < kMaxBatch; ++i) {
      items_.push_back({static_cast<int16_t>(100 * i), static_cast<int16_t>(-i)});
    }
  }

  BatchFeeder Create(const std::vector<int>& sizes) {
    return {{.item_shape = {2},
             .type = torch::kInt16,
             .max_batch = kMaxBatch,
             .outputs = 3,
             .sizes = sizes},
            [this](const torch::Tensor& batch) {
              batch_sizes_.push_back(batch.size(0));
              const torch::Tensor pairs = batch.to(torch::kFloat32);
              const torch::Tensor a = pairs.select(1, 0);
              const torch::Tensor b = pairs.select(1, 1);
              return torch::stack({a + b, a - b, torch::ones_like(a)}, 1);
            }};
  }

  void ExpectAnswers(size_t first, size_t count, BatchFeeder* feeder) {
    std::vector<const void*> items;
    for (size_t i = first; i < first + count; ++i) items.push_back(items_[i].data());
    std::vector<float> answers(3 * count + 1, -7);
    feeder->Run(items, answers.data());
    for (size_t i = 0; i < count; ++i) {
      const auto a = static_cast<float>(items_[first + i][0]);
      const auto b = static_cast<float>(items_[first + i][1]);
      EXPECT_EQ(answers[3 * i], a + b) << i;
      EXPECT_EQ(answers[3 * i + 1], a - b) << i;
      EXPECT_EQ(answers[3 * i + 2], 1) << i;
    }
    EXPECT_EQ(answers.back(), -7) << "written beyond the last answer";
  }

  std::vector<std::array<int16_t, 2>> items_;
  std::vector<int64_t> batch_sizes_;
};

TEST_F(BatchFeederTest, ComputesOnAsManyItemsAsComeWhereNoSizesAreGiven) {
  BatchFeeder feeder = Create({});
  ExpectAnswers(0, kMaxBatch, &feeder);
  ExpectAnswers(3, 5, &feeder);
  EXPECT_EQ(batch_sizes_, (std::vector<int64_t>{kMaxBatch, 5}));
}

TEST_F(BatchFeederTest, AnswersEveryItemInChunksThatAreFilledUp) {
  BatchFeeder feeder = Create({1, 2, 4});
  ExpectAnswers(0, kMaxBatch, &feeder);
  EXPECT_EQ(batch_sizes_, (std::vector<int64_t>{4, 4, 4}));
  batch_sizes_.clear();
  ExpectAnswers(2, 6, &feeder);
  ExpectAnswers(7, 1, &feeder);
  EXPECT_EQ(batch_sizes_, (std::vector<int64_t>{4, 2, 1}));
}

TEST_F(BatchFeederTest, RecordsNothingWithoutAGpu) {
  BatchFeeder feeder = Create({1, 2, 4});
  feeder.Record();
  EXPECT_TRUE(batch_sizes_.empty());
  ExpectAnswers(0, 3, &feeder);
}

}  // namespace
}  // namespace airy::model

#include "model/dataset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

#include "model/safetensors.h"
#include "preprocess/frame/label_rules.h"
#include "tests/testing/status.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

constexpr size_t kPixelCount = size_t{kInputSize} * kInputSize;

// Every pixel of the first row and column differs.
std::vector<float> SomePixels() {
  std::vector<float> pixels(kPixelCount);
  for (size_t i = 0; i < kPixelCount; ++i) {
    pixels[i] = static_cast<float>(i / kInputSize * 3 + i % kInputSize);
  }
  return pixels;
}

std::vector<float> CopyOf(const Dataset& dataset, int symmetry, float gain) {
  std::vector<float> pixels(kPixelCount);
  dataset.Copy(0, symmetry, gain, pixels.data());
  return pixels;
}

TEST(DatasetTest, GivesBackImagesTimesGain) {
  Dataset dataset("test");
  const std::vector<float> pixels = SomePixels();
  ASSERT_OK(dataset.Add(pixels, Labels{1}));
  EXPECT_EQ(CopyOf(dataset, 0, 1), pixels);
  EXPECT_EQ(CopyOf(dataset, 0, 2)[700], 2 * pixels[700]);
  EXPECT_NEAR(dataset.MeanCount(0), 4 * 223 / 2.0, 1e-3);
}

TEST(DatasetTest, TheEightSymmetriesDiffer) {
  Dataset dataset("test");
  const std::vector<float> pixels = SomePixels();
  ASSERT_OK(dataset.Add(pixels, Labels{}));
  std::set<std::vector<float>> seen;
  for (int symmetry = 0; symmetry < 8; ++symmetry) {
    seen.insert(CopyOf(dataset, symmetry, 1));
  }
  EXPECT_EQ(seen.size(), 8U);
  EXPECT_EQ(CopyOf(dataset, 1, 1)[0], pixels[kInputSize - 1]);
  EXPECT_EQ(CopyOf(dataset, 2, 1)[0], pixels[kPixelCount - kInputSize]);
  EXPECT_EQ(CopyOf(dataset, 4, 1)[1], pixels[kInputSize]);
}

TEST(DatasetTest, RefusesImagesThatAreNotCounts) {
  Dataset dataset("test");
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                dataset.Add(std::vector<float>(9), Labels{}));
  std::vector<float> pixels(kPixelCount);
  for (const float bad : {-1.0F, std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity()}) {
    pixels[5] = bad;
    EXPECT_STATUS(StatusCode::kInvalidArgument, dataset.Add(pixels, Labels{}));
  }
  EXPECT_EQ(dataset.size(), 0);
}

TEST(DatasetTest, SurvivesAFile) {
  const TemporaryFolder folder;
  const std::string path = folder.File("set.safetensors");
  Dataset dataset("seed 5");
  const Labels labels = {0, 1, 0, 1};
  ASSERT_OK(dataset.Add(SomePixels(), labels));
  ASSERT_OK(dataset.Add(std::vector<float>(kPixelCount, 1e6F), Labels{}));
  ASSERT_OK(WriteDataset(path, dataset));
  const auto read = ReadDataset(path);
  ASSERT_OK(read);
  EXPECT_EQ(read->size(), 2);
  EXPECT_EQ(read->description(), "seed 5");
  EXPECT_TRUE(std::ranges::equal(read->labels()[0], labels));
  EXPECT_EQ(read->classes(), ElevenClasses());
  EXPECT_EQ(CopyOf(*read, 3, 1), CopyOf(dataset, 3, 1));
  std::vector<float> bright(kPixelCount);
  read->Copy(1, 0, 1, bright.data());
  EXPECT_EQ(bright[0], 65504.0F) << "the largest half float";
}

TEST(DatasetTest, RefusesAFileOfSomethingElse) {
  const TemporaryFolder folder;
  const std::string path = folder.File("other.safetensors");
  ASSERT_OK(WriteSafetensors(path, {}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ReadDataset(path));
}

}  // namespace
}  // namespace airy::model

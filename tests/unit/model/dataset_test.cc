#include "model/dataset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
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

std::vector<float> ImageOf(const Dataset& dataset, int64_t index) {
  std::vector<float> pixels(kPixelCount);
  EXPECT_OK(dataset.Read(index, pixels));
  return pixels;
}

TEST(DatasetTest, GivesBackImages) {
  Dataset dataset("test");
  ASSERT_OK(dataset.Add(SomePixels(), Labels{1}));
  ASSERT_OK(dataset.Add(std::vector<float>(kPixelCount, 1e6F), Labels{}));
  EXPECT_EQ(ImageOf(dataset, 0), SomePixels());
  EXPECT_EQ(ImageOf(dataset, 1)[0], 65504.0F) << "the largest half float";
}

LabelTable TwoBlankRows() {
  LabelTable labels(kClassCount);
  for (int i = 0; i < 2; ++i) labels.Add(Labels{});
  return labels;
}

TEST(DatasetTest, AnImageOfASourceIsTheSameToTheBit) {
  class Thirds final : public ImageSource {
    Status Read(int64_t index, std::span<float> pixels) override {
      std::ranges::fill(pixels, static_cast<float>(index) / 3);
      return OkStatus();
    }
  };
  const Dataset streamed("thirds", ElevenClasses(), TwoBlankRows(),
                         std::make_unique<Thirds>());
  Dataset held("thirds");
  for (const float counts : {0 / 3.F, 1 / 3.F}) {
    ASSERT_OK(held.Add(std::vector<float>(kPixelCount, counts), Labels{}));
  }
  EXPECT_EQ(streamed.images_held(), 0);
  EXPECT_EQ(held.images_held(), 2);
  EXPECT_EQ(ImageOf(streamed, 1), ImageOf(held, 1));
  EXPECT_NE(ImageOf(streamed, 1)[0], 1 / 3.F) << "of half precision";
  EXPECT_EQ(streamed.Digest().value(), held.Digest().value());
}

TEST(DatasetTest, TheDigestTellsSetsApart) {
  std::set<std::string> digests;
  for (const int change : {0, 1, 2, 3}) {
    Dataset dataset("set");
    std::vector<float> pixels = SomePixels();
    if (change == 1) pixels.back() += 1;
    ASSERT_OK(dataset.Add(pixels, change == 2 ? Labels{1} : Labels{}));
    if (change == 3) ASSERT_OK(dataset.Add(pixels, Labels{}));
    digests.insert(dataset.Digest().value());
  }
  EXPECT_EQ(digests.size(), 4U);
  EXPECT_EQ(digests.begin()->size(), 64U);
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
  ASSERT_OK(dataset.Add(std::vector<float>(kPixelCount, 1), Labels{}));
  ASSERT_OK(dataset.Add(SomePixels(), labels));
  int64_t written = 0;
  ASSERT_OK(WriteDataset(path, dataset, [&written](int64_t done) { written = done; }));
  EXPECT_EQ(written, 2);
  Result<Dataset> read = ReadDataset(path);
  ASSERT_OK(read);
  EXPECT_EQ(read->size(), 2);
  EXPECT_EQ(read->description(), "seed 5");
  EXPECT_TRUE(std::ranges::equal(read->labels()[1], labels));
  EXPECT_EQ(read->classes(), ElevenClasses());
  EXPECT_EQ(read->images_held(), 0);
  EXPECT_EQ(ImageOf(*read, 1), SomePixels());
  EXPECT_EQ(read->Digest().value(), dataset.Digest().value());

  ASSERT_OK(read->Load([](int64_t) {}));
  EXPECT_EQ(read->images_held(), 2);
  std::filesystem::remove(path);
  EXPECT_EQ(ImageOf(*read, 1), SomePixels());
}

TEST(DatasetTest, NamesTheImageOfAFileThatIsBad) {
  const TemporaryFolder folder;
  const std::string path = folder.File("set.safetensors");
  Dataset dataset("set");
  for (int i = 0; i < 3; ++i) ASSERT_OK(dataset.Add(SomePixels(), Labels{}));
  ASSERT_OK(WriteDataset(path, dataset));
  const auto begin = std::filesystem::file_size(path) - 3 * kClassCount * sizeof(float) -
                     3 * Dataset::kBytesPerImage;
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(begin + 2 * Dataset::kBytesPerImage));
  file.write("\x00\xbc", 2);  // -1
  file.close();
  Result<Dataset> read = ReadDataset(path);
  ASSERT_OK(read);
  std::vector<float> pixels(kPixelCount);
  EXPECT_OK(read->Read(1, pixels));
  const Status bad = read->Read(2, pixels);
  EXPECT_STATUS(StatusCode::kInvalidArgument, bad);
  EXPECT_EQ(bad.message(), path +
                               " image 2: counts must be finite and at least 0; was "
                               "-1.000000 at pixel 0");
  EXPECT_STATUS(StatusCode::kInvalidArgument, read->Load([](int64_t) {}));
}

TEST(DatasetTest, RefusesAFileOfSomethingElse) {
  const TemporaryFolder folder;
  const std::string path = folder.File("other.safetensors");
  ASSERT_OK(WriteSafetensors(path, {}));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ReadDataset(path));
}

}  // namespace
}  // namespace airy::model

#include "server/source_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "proto/cxi/shot_file.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::server {
namespace {

class SourceInfoTest : public ::testing::Test {
 protected:
  template <typename T>
  std::string WriteImage(const std::string& name, int rows, int cols, PixelType type,
                         const std::vector<T>& pixels, int shots = 1) {
    const std::string path = dir_.File(name);
    cxi::ShotWriterOptions options;
    options.info.shots = shots;
    options.info.rows = rows;
    options.info.cols = cols;
    options.info.type = type;
    auto writer = cxi::ShotWriter::Create(path, options).value();
    for (int i = 0; i < shots; ++i) EXPECT_OK(writer->Append(pixels.data(), {}, {}));
    EXPECT_OK(writer->Close());
    return path;
  }

  testing::TempDir dir_;
  SourceOptions options_;
};

TEST_F(SourceInfoTest, CarriesTheOptionsThePipelineNeeds) {
  options_.counts_scale = 0.5;
  options_.hit_finder.min_lit_pixels = 7;
  options_.zmq.policy = pipeline::SourcePolicy::kLossless;
  const auto source = MakeSourceInfo("jf", 3, options_);
  ASSERT_OK(source);
  EXPECT_EQ(source->name, "jf");
  EXPECT_EQ(source->index, 3);
  EXPECT_EQ(source->counts_scale, 0.5);
  EXPECT_EQ(source->hit_finder.min_lit_pixels, 7);
  EXPECT_EQ(source->policy, pipeline::SourcePolicy::kLossless);
  EXPECT_TRUE(source->mask.empty());
}

TEST_F(SourceInfoTest, ReadsMaskAndDark) {
  options_.mask.path =
      WriteImage<uint8_t>("mask.cxi", 2, 3, PixelType::kUint8, {1, 0, 5, 1, 1, 0});
  options_.dark.path =
      WriteImage<float>("dark.cxi", 2, 3, PixelType::kFloat32, {0.5F, 1, 2, 3, 4, 5});
  const auto source = MakeSourceInfo("a", 0, options_);
  ASSERT_OK(source);
  EXPECT_EQ(source->mask, (std::vector<uint8_t>{1, 0, 1, 1, 1, 0}));
  EXPECT_EQ(source->dark, (std::vector<float>{0.5F, 1, 2, 3, 4, 5}));
  EXPECT_EQ(source->mask_rows, 2);
  EXPECT_EQ(source->mask_cols, 3);
}

TEST_F(SourceInfoTest, TheMaskOfCxiHasItsGoodPixelsAtZero) {
  options_.mask.path =
      WriteImage<uint16_t>("mask.cxi", 1, 3, PixelType::kUint16, {0, 1, 512});
  options_.mask_good = SourceOptions::MaskGood::kZero;
  EXPECT_EQ(MakeSourceInfo("a", 0, options_)->mask, (std::vector<uint8_t>{1, 0, 0}));
}

TEST_F(SourceInfoTest, AMissingFileIsNamedWithItsKey) {
  options_.dark.path = "/nowhere/dark.h5";
  const auto source = MakeSourceInfo("a", 0, options_);
  EXPECT_STATUS(StatusCode::kNotFound, source);
  EXPECT_THAT(source.status().message(), ::testing::StartsWith("source.a: dark_file: "));
  EXPECT_THAT(source.status().message(), ::testing::HasSubstr("/nowhere/dark.h5"));
}

TEST_F(SourceInfoTest, AFileThatIsNotHdf5IsRefused) {
  options_.mask.path = dir_.File("mask.h5");
  std::ofstream(options_.mask.path) << "not HDF5";
  EXPECT_STATUS(StatusCode::kInvalidArgument, MakeSourceInfo("a", 0, options_));
}

TEST_F(SourceInfoTest, MaskAndDarkMustHaveOneShape) {
  options_.mask.path = WriteImage<uint8_t>("mask.cxi", 1, 2, PixelType::kUint8, {1, 1});
  options_.dark.path = WriteImage<float>("dark.cxi", 2, 1, PixelType::kFloat32, {0, 0});
  const auto source = MakeSourceInfo("a", 0, options_);
  EXPECT_STATUS(StatusCode::kInvalidArgument, source);
  EXPECT_THAT(source.status().message(),
              ::testing::HasSubstr("dark_file must have the shape of mask_file (1 x 2); "
                                   "has 2 x 1"));
}

TEST_F(SourceInfoTest, AStackOfImagesIsNoMask) {
  options_.mask.path =
      WriteImage<uint8_t>("mask.cxi", 1, 2, PixelType::kUint8, {1, 1}, 3);
  const auto source = MakeSourceInfo("a", 0, options_);
  EXPECT_STATUS(StatusCode::kInvalidArgument, source);
  EXPECT_THAT(source.status().message(), ::testing::HasSubstr("one image; holds 3"));
}

}  // namespace
}  // namespace airy::server

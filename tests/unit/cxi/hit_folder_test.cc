#include "proto/cxi/hit_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/testing/temp_dir.h"

namespace airy::cxi {
namespace {

using airy::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(HitFolderTest, NamesFilesSoThatTheySortAndParse) {
  const std::string series =
      HitSeriesName("run_7", "ldm-2", 1035, 1036, PixelType::kUint16);
  EXPECT_EQ(series, "run_7_ldm-2_1035x1036_uint16");
  EXPECT_EQ(ToFileName({series, 42}), "run_7_ldm-2_1035x1036_uint16_00042.cxi");
  EXPECT_EQ(IndexFileName(series), "run_7_ldm-2_1035x1036_uint16_index.cxi");
  EXPECT_EQ(ViewsFileName(ToFileName({series, 42})),
            "run_7_ldm-2_1035x1036_uint16_00042_views.cxi");
  for (const int number : {1, 99'999, 100'000}) {
    const auto name = ParseHitFileName(ToFileName({series, number}));
    ASSERT_TRUE(name);
    EXPECT_EQ(name->series, series);
    EXPECT_EQ(name->number, number);
  }
}

TEST(HitFolderTest, TakesNoOtherFileForAHitFile) {
  for (const char* name :
       {"shots.cxi", "a_b_3x4_uint16_0001.cxi", "a_b_3x4_uint16_00001.h5",
        "a_b_3x4_uint16_index.cxi", "a_b_3x4_uint16_00001_views.cxi",
        "a_b_3x_uint16_00001.cxi", "_3x4_uint16_00001.cxi",
        "a_b_3x4_uint16_00001.cxi.partial", "a_b_3x4_uint16_0000000001.cxi", ""}) {
    EXPECT_FALSE(ParseHitFileName(name)) << name;
  }
}

TEST(HitFolderTest, FindsTheFilesOfASeriesByNumber) {
  const TempDir dir;
  for (const char* name :
       {"a_b_3x4_uint16_100000.cxi", "a_b_3x4_uint16_00002.cxi",
        "a_b_3x4_uint16_99999.cxi", "a_c_3x4_uint16_00001.cxi", "other.txt"}) {
    std::ofstream(dir.File(name));
  }
  std::vector<int> numbers;
  for (const HitFileName& name : FindHitFiles(dir.path().string(), "a_b_3x4_uint16")) {
    numbers.push_back(name.number);
  }
  EXPECT_THAT(numbers, ElementsAre(2, 99'999, 100'000));
  EXPECT_THAT(FindHitFiles(dir.File("no such folder"), "a_b_3x4_uint16"), IsEmpty());
}

TEST(HitFolderTest, RemovesUnfinishedFilesAndNothingElse) {
  const TempDir dir;
  const std::string keep[] = {"notes.partial", "shots.cxi.partial", "a.cxi"};
  for (const std::string& name : keep) std::ofstream(dir.File(name));
  std::ofstream(dir.File("a_b_3x4_uint16_00003.cxi.partial"));
  std::ofstream(dir.File("a_b_3x4_uint16_00003_views.cxi.partial"));
  std::ofstream(dir.File("a_b_3x4_uint16_index.cxi.partial"));
  EXPECT_THAT(MendHitFiles(dir.path().string()).removed,
              ElementsAre("a_b_3x4_uint16_00003.cxi.partial",
                          "a_b_3x4_uint16_00003_views.cxi.partial",
                          "a_b_3x4_uint16_index.cxi.partial"));
  for (const std::string& name : keep) {
    EXPECT_TRUE(std::filesystem::exists(dir.File(name))) << name;
  }
}

TEST(HitFolderTest, ReportsHitFilesThatCannotBeMended) {
  const TempDir dir;
  std::ofstream(dir.File("a_b_3x4_uint16_00001.cxi")) << "short";
  std::ofstream(dir.File("a_b_3x4_uint16_00002.cxi")) << std::string(4096, 'x');
  const MendedFolder mended = MendHitFiles(dir.path().string());
  EXPECT_THAT(mended.mended, IsEmpty());
  ASSERT_THAT(mended.failures, SizeIs(2));
  EXPECT_THAT(mended.failures[0].message(), HasSubstr("00001.cxi is shorter than"));
  EXPECT_THAT(mended.failures[1].message(),
              HasSubstr("00002.cxi has no HDF5 superblock"));
  EXPECT_THAT(MendHitFiles(dir.File("no such folder")).failures, IsEmpty());
}

}  // namespace
}  // namespace airy::cxi

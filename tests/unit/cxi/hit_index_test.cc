#include "proto/cxi/hit_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "proto/cxi/hit_folder.h"
#include "proto/cxi/shot_file.h"
#include "tests/testing/command.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/cxi/sample_hits.h"

namespace airy::cxi {
namespace {

using airy::testing::CommandResult;
using airy::testing::RunCommand;
using airy::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string& Series() {
  static const std::string series =
      HitSeriesName("run1", "ldm", kSampleRows, kSampleCols, PixelType::kUint16);
  return series;
}

HitIndex::Options IndexOptions(const TempDir& dir) {
  return {dir.path().string(), Series(), kSampleRows, kSampleCols, PixelType::kUint16};
}

// Checks every row of every view; a line of ids per hit.
CommandResult CheckViews(const std::string& folder, const std::string& flags = "") {
  return RunCommand("/usr/bin/python3 " AIRY_READ_HITS " " + flags + " " + folder);
}

std::unique_ptr<HitWriter> WriteHits(const TempDir& dir, int number, int64_t first,
                                     int64_t count) {
  auto writer =
      HitWriter::Create(SampleOptions(dir.File(ToFileName({Series(), number}))));
  EXPECT_OK(writer);
  for (int64_t i = first; i < first + count; ++i) {
    EXPECT_OK(AppendSample(i, writer->get()));
  }
  EXPECT_OK((*writer)->Flush());
  return std::move(writer).value();
}

TEST(HitIndexTest, ShowsTheRowsOfEachClassOverAllFiles) {
  const TempDir dir;
  HitIndex index(IndexOptions(dir));
  for (const int number : {1, 2, 3}) {
    const auto writer = WriteHits(dir, number, 100 * number, 30 + number);
    index.SetShots(ToFileName({Series(), number}), writer->flushed_labels());
    ASSERT_OK(writer->Close());
    // Two of them with views of their own.
    if (number != 2) ASSERT_OK(index.Finish(ToFileName({Series(), number})));
  }
  ASSERT_OK(index.Write());
  const CommandResult seen = CheckViews(dir.path().string(), "--plain");
  ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
  EXPECT_THAT(seen.lines, SizeIs(31 + 32 + 33));

  // Our own reader opens a view like any stack.
  const auto reader =
      ShotReader::Open(dir.File(IndexFileName(Series())), "/classes/bent/data");
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->info().shots, 16 + 16 + 17);
  std::vector<uint16_t> pixels(kSampleRows * kSampleCols);
  ASSERT_OK((*reader)->ReadPixels(16, pixels.data()));
  EXPECT_EQ(pixels, SamplePixels(200));
}

TEST(HitIndexTest, CanBeReadWhileAFileIsStillWritten) {
  const TempDir dir;
  HitIndex index(IndexOptions(dir));
  ASSERT_OK(index.Write());  // no file at all
  ASSERT_EQ(CheckViews(dir.path().string()).exit_code, 0);
  const auto finished = WriteHits(dir, 1, 1'000, 12);
  index.SetShots(ToFileName({Series(), 1}), finished->flushed_labels());
  ASSERT_OK(finished->Close());
  ASSERT_OK(index.Finish(ToFileName({Series(), 1})));
  const auto writer = WriteHits(dir, 2, 0, 25);
  for (const int64_t more : {0, 10}) {
    for (int64_t i = 25; i < 25 + more; ++i) ASSERT_OK(AppendSample(i, writer.get()));
    ASSERT_OK(writer->Flush());
    index.SetShots(ToFileName({Series(), 2}), writer->flushed_labels());
    ASSERT_OK(index.Write());
    const CommandResult seen = CheckViews(dir.path().string());
    ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
    EXPECT_THAT(seen.lines, SizeIs(static_cast<size_t>(12 + 25 + more)));
  }
}

TEST(HitIndexTest, TakesInFilesOfAnEarlierRunAndMovesWithItsFolder) {
  const TempDir dir;
  ASSERT_OK(WriteHits(dir, 1, 0, 20)->Close());
  ASSERT_OK(WriteHits(dir, 2, 20, 21)->Close());
  // The first start writes their views, the second finds them.
  for (int start = 0; start < 2; ++start) {
    HitIndex index(IndexOptions(dir));
    EXPECT_THAT(index.AddExistingFiles(), IsEmpty());
    ASSERT_OK(index.Write());
  }
  const TempDir elsewhere;
  const std::string moved = elsewhere.File("moved");
  std::filesystem::rename(dir.path(), moved);
  const CommandResult seen = CheckViews(moved, "--plain");
  ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
  EXPECT_THAT(seen.lines, SizeIs(41));
}

TEST(HitIndexTest, RenewsViewsThatCountOtherShotsThanTheirFile) {
  const TempDir dir;
  ASSERT_OK(WriteHits(dir, 1, 0, 20)->Close());
  HitIndex before(IndexOptions(dir));
  EXPECT_THAT(before.AddExistingFiles(), IsEmpty());
  ASSERT_OK(WriteHits(dir, 1, 0, 30)->Close());  // replaced by hand
  HitIndex after(IndexOptions(dir));
  EXPECT_THAT(after.AddExistingFiles(), IsEmpty());
  ASSERT_OK(after.Write());
  const CommandResult seen = CheckViews(dir.path().string(), "--plain");
  ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
  EXPECT_THAT(seen.lines, SizeIs(30));
}

// More runs of shots than HDF5 gets in one mapping.
TEST(HitIndexTest, ShowsClassesThatAlternateThroughALongFile) {
  const TempDir dir;
  const auto writer = WriteHits(dir, 1, 0, 203);
  HitIndex index(IndexOptions(dir));
  index.SetShots(ToFileName({Series(), 1}), writer->flushed_labels());
  ASSERT_OK(index.Write());
  const CommandResult seen = CheckViews(dir.path().string());
  ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
  EXPECT_THAT(seen.lines, SizeIs(203));
}

TEST(HitIndexTest, LeavesOutFilesItCannotRead) {
  const TempDir dir;
  ASSERT_OK(WriteHits(dir, 1, 0, 5)->Close());
  std::ofstream(dir.File(ToFileName({Series(), 2}))) << "not HDF5";
  HitIndex index(IndexOptions(dir));
  EXPECT_THAT(index.AddExistingFiles(), SizeIs(1));
  ASSERT_OK(index.Write());
  const auto reader =
      ShotReader::Open(dir.File(IndexFileName(Series())), "/classes/round/data");
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->info().shots, 5);
}

TEST(HitIndexTest, KeepsTheLastIndexWhenTheNextCannotBeWritten) {
  const TempDir dir;
  HitIndex index(IndexOptions(dir));
  ASSERT_OK(index.Write());
  std::filesystem::create_directory(dir.File(IndexFileName(Series()) + ".partial"));
  EXPECT_FALSE(index.Write().ok());
  EXPECT_OK(ShotReader::Open(dir.File(IndexFileName(Series())), "/classes/round/data"));
}

}  // namespace
}  // namespace airy::cxi

#include "proto/cxi/hit_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "proto/cxi/hit_folder.h"
#include "proto/cxi/shot_file.h"
#include "tests/testing/child_process.h"
#include "tests/testing/command.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/cxi/sample_hits.h"

namespace airy::cxi {
namespace {

using airy::testing::ChildProcess;
using airy::testing::CommandResult;
using airy::testing::RunCommand;
using airy::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kName[] = "run1_ldm_24x32_uint16_00001.cxi";

// What h5py sees of the folder's hit files with swmr=True: a line of ids per hit.
CommandResult ReadWithH5py(const TempDir& dir) {
  return RunCommand("/usr/bin/python3 " AIRY_READ_HITS " " + dir.path().string());
}

// All pixels, ids and labels of a file that opens plainly.
void ExpectSamples(const std::string& path, int64_t at_least) {
  const auto reader = ShotReader::Open(path);
  ASSERT_OK(reader);
  const int64_t shots = (*reader)->info().shots;
  EXPECT_GE(shots, at_least);
  const auto ids = (*reader)->ReadIds();
  ASSERT_OK(ids);
  const auto labels = (*reader)->ReadLabels();
  ASSERT_OK(labels);
  std::vector<uint16_t> pixels(kSampleRows * kSampleCols);
  for (int64_t i = 0; i < shots; ++i) {
    const auto at = static_cast<size_t>(i);
    const Hit expected = SampleHit(i);
    ASSERT_OK((*reader)->ReadPixels(i, pixels.data()));
    ASSERT_EQ(pixels, SamplePixels(i)) << i;
    EXPECT_EQ(ids->train_id[at], expected.id.train_id);
    EXPECT_EQ(ids->pulse_id[at], expected.id.pulse_id);
    for (size_t c = 0; c < kClassCount; ++c) {
      EXPECT_EQ((*labels)[at][c], (expected.labels >> c) & 1) << i << " " << c;
    }
  }
}

TEST(HitWriterTest, ShowsHitsToReadersAtEachFlush) {
  const TempDir dir;
  auto writer = HitWriter::Create(SampleOptions(dir.File(kName)));
  ASSERT_OK(writer);
  int64_t written = 0;
  for (const int64_t target : {3, 40, 700}) {
    while (written < target) ASSERT_OK(AppendSample(written++, writer->get()));
    ASSERT_OK((*writer)->Flush());
    const CommandResult seen = ReadWithH5py(dir);
    ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
    ASSERT_THAT(seen.lines, SizeIs(static_cast<size_t>(target)));
    EXPECT_EQ(seen.lines[2], "ldm 10001 0");
  }
  EXPECT_EQ((*writer)->hits(), 700);
  EXPECT_THAT((*writer)->flushed_labels(), SizeIs(700));
  ASSERT_OK((*writer)->Close());
  ExpectSamples(dir.File(kName), 700);
}

TEST(HitWriterTest, HidesHitsThatWereNotFlushed) {
  const TempDir dir;
  auto writer = HitWriter::Create(SampleOptions(dir.File(kName)));
  ASSERT_OK(writer);
  ASSERT_OK(AppendSample(0, writer->get()));
  const CommandResult seen = ReadWithH5py(dir);
  ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
  EXPECT_THAT(seen.lines, ElementsAre(""));
  EXPECT_THAT((*writer)->flushed_labels(), IsEmpty());
}

TEST(HitWriterTest, ReadsAlongWhileAnotherProcessWrites) {
  const TempDir dir;
  ChildProcess child([&](const ChildProcess::Tell& tell) {
    auto writer = HitWriter::Create(SampleOptions(dir.File(kName)));
    if (!writer.ok()) return 1;
    for (int64_t i = 0;; ++i) {
      if (!AppendSample(i, writer->get()).ok()) return 2;
      if (!(*writer)->Flush().ok()) return 3;
      if (i % 100 == 0) tell(i);
    }
  });
  size_t last = 0;
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(child.Hear().has_value());
    const CommandResult seen = ReadWithH5py(dir);
    ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
    EXPECT_GT(seen.lines.size(), last);
    last = seen.lines.size();
  }
}

// Killed at some moment, the file holds every flushed hit, at once for SWMR readers and
// plainly once it was mended.
TEST(HitWriterTest, LosesOnlyUnflushedHitsWhenKilled) {
  for (int round = 0; round < 4; ++round) {
    const TempDir dir;
    ChildProcess child([&](const ChildProcess::Tell& tell) {
      auto writer = HitWriter::Create(SampleOptions(dir.File(kName)));
      if (!writer.ok()) return 1;
      for (int64_t i = 0;; ++i) {
        if (!AppendSample(i, writer->get()).ok()) return 2;
        if (i % 3 == 0) {
          if (!(*writer)->Flush().ok()) return 3;
          tell(i + 1);
        }
      }
    });
    int64_t flushed = 0;
    for (int heard = 0; heard < 1 + 100 * round; ++heard) {
      flushed = child.Hear().value_or(-1);
      ASSERT_GT(flushed, 0);
    }
    child.Kill();
    ASSERT_EQ(child.Wait(), -SIGKILL);

    const CommandResult seen = ReadWithH5py(dir);
    ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
    EXPECT_GE(static_cast<int64_t>(seen.lines.size()), flushed);
    EXPECT_STATUS(StatusCode::kDataLoss, ShotReader::Open(dir.File(kName)));

    const MendedFolder mended = MendHitFiles(dir.path().string());
    EXPECT_THAT(mended.mended, ElementsAre(kName));
    EXPECT_THAT(mended.failures, IsEmpty());
    ExpectSamples(dir.File(kName), flushed);
    EXPECT_THAT(MendHitFiles(dir.path().string()).mended, IsEmpty());
  }
}

TEST(HitWriterTest, GathersViewsThatAreNotDense) {
  const TempDir dir;
  const std::vector<uint16_t> image = SamplePixels(0);
  auto writer = HitWriter::Create(SampleOptions(dir.File(kName)));
  ASSERT_OK(writer);
  // As two modules of 12 rows, which is still dense.
  PixelView modules = DenseView(image.data(), PixelType::kUint16, 12, kSampleCols);
  modules.modules = 2;
  modules.module_stride = 12 * kSampleCols;
  ASSERT_OK((*writer)->Append(SampleHit(0), modules));
  // The same image stored transposed.
  std::vector<uint16_t> transposed(image.size());
  for (int r = 0; r < kSampleRows; ++r) {
    for (int c = 0; c < kSampleCols; ++c) {
      transposed[static_cast<size_t>(c * kSampleRows + r)] =
          image[static_cast<size_t>(r * kSampleCols + c)];
    }
  }
  PixelView view =
      DenseView(transposed.data(), PixelType::kUint16, kSampleRows, kSampleCols);
  view.row_stride = 1;
  view.col_stride = kSampleRows;
  ASSERT_OK((*writer)->Append(SampleHit(1), view));
  // And upside down, read backwards.
  std::vector<uint16_t> flipped;
  for (int r = kSampleRows - 1; r >= 0; --r) {
    flipped.insert(flipped.end(), image.begin() + r * kSampleCols,
                   image.begin() + (r + 1) * kSampleCols);
  }
  view = DenseView(flipped.data() + (kSampleRows - 1) * kSampleCols, PixelType::kUint16,
                   kSampleRows, kSampleCols);
  view.row_stride = -kSampleCols;
  ASSERT_OK((*writer)->Append(SampleHit(2), view));
  ASSERT_OK((*writer)->Close());

  const auto reader = ShotReader::Open(dir.File(kName));
  ASSERT_OK(reader);
  std::vector<uint16_t> pixels(image.size());
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK((*reader)->ReadPixels(i, pixels.data()));
    EXPECT_EQ(pixels, image) << i;
  }
}

TEST(HitWriterTest, RefusesWrongShapes) {
  const TempDir dir;
  HitWriterOptions options = SampleOptions(dir.File(kName));
  options.mask.resize(5);
  EXPECT_STATUS(StatusCode::kInvalidArgument, HitWriter::Create(options));
  options.mask.clear();
  options.cols = 0;
  EXPECT_STATUS(StatusCode::kInvalidArgument, HitWriter::Create(options));
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));

  auto writer = HitWriter::Create(SampleOptions(dir.File(kName)));
  ASSERT_OK(writer);
  const std::vector<uint16_t> pixels = SamplePixels(0);
  const Status status = (*writer)->Append(
      SampleHit(0),
      DenseView(pixels.data(), PixelType::kInt16, kSampleRows, kSampleCols));
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("must be 24 x 32 uint16; were 24 x 32 int16"));
  EXPECT_OK(AppendSample(0, writer->get()));  // one bad frame does not end the file
}

TEST(HitWriterTest, SaysWhereItCannotWrite) {
  const auto writer = HitWriter::Create(SampleOptions("/nowhere/at/all.cxi"));
  ASSERT_FALSE(writer.ok());
  EXPECT_THAT(writer.status().message(), HasSubstr("/nowhere/at/all.cxi"));
}

TEST(HitWriterTest, CompressesWhenAsked) {
  const TempDir dir;
  HitWriterOptions options = SampleOptions(dir.File(kName));
  options.rows = options.cols = 512;
  options.compress = true;
  const std::vector<uint16_t> zeros(512 * 512);
  auto writer = HitWriter::Create(options);
  ASSERT_OK(writer);
  for (int i = 0; i < 8; ++i) {
    ASSERT_OK((*writer)->Append(SampleHit(i),
                                DenseView(zeros.data(), PixelType::kUint16, 512, 512)));
  }
  ASSERT_OK((*writer)->Close());
  EXPECT_LT(std::filesystem::file_size(dir.File(kName)), zeros.size());
  EXPECT_EQ(ReadWithH5py(dir).lines.size(), 8U);
}

// A file size limit stands for the full disk: write fails, with another errno.
TEST(HitWriterTest, KeepsFlushedHitsWhenTheDiskIsFull) {
  const TempDir dir;
  ChildProcess child([&](const ChildProcess::Tell& tell) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 1'000'000;
    setrlimit(RLIMIT_FSIZE, &limit);
    auto writer = HitWriter::Create(SampleOptions(dir.File(kName)));
    if (!writer.ok()) return 1;
    Status status;
    int64_t i = 0;
    for (; status.ok() && i < 10'000; ++i) {
      status = AppendSample(i, writer->get());
      if (status.ok() && i % 10 == 9) status = (*writer)->Flush();
    }
    if (status.code() != StatusCode::kResourceExhausted) return 2;
    if (AppendSample(i, writer->get()).code() != StatusCode::kFailedPrecondition)
      return 3;
    tell(static_cast<int64_t>((*writer)->flushed_labels().size()));
    writer->reset();
    // The process lives on: with room again, the next file works.
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limit);
    auto next = HitWriter::Create(SampleOptions(dir.File("next.cxi")));
    if (!next.ok() || !AppendSample(0, next->get()).ok()) return 4;
    return (*next)->Close().ok() ? 0 : 5;
  });
  const int64_t flushed = child.Hear().value_or(-1);
  EXPECT_GT(flushed, 100);
  EXPECT_EQ(child.Wait(), 0);
  EXPECT_THAT(MendHitFiles(dir.path().string()).failures, IsEmpty());
  ExpectSamples(dir.File(kName), flushed);
}

TEST(HitWriterTest, SealsItsFileAgainstMendersWhileItLives) {
  const TempDir dir;
  auto writer = HitWriter::Create(SampleOptions(dir.File(kName)));
  ASSERT_OK(writer);
  ASSERT_OK(AppendSample(0, writer->get()));
  const MendedFolder mended = MendHitFiles(dir.path().string());
  EXPECT_THAT(mended.mended, IsEmpty());
  EXPECT_THAT(mended.failures, IsEmpty());
  ASSERT_OK(AppendSample(1, writer->get()));
  ASSERT_OK((*writer)->Close());
  EXPECT_STATUS(StatusCode::kFailedPrecondition, (*writer)->Close());
  ExpectSamples(dir.File(kName), 2);
}

}  // namespace
}  // namespace airy::cxi

#include "proto/cxi/superblock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "proto/cxi/hit_writer.h"
#include "proto/cxi/shot_file.h"
#include "tests/testing/child_process.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/cxi/sample_hits.h"

namespace airy::cxi {
namespace {

using airy::testing::ChildProcess;
using airy::testing::TempDir;

constexpr std::streamoff kMarksAt = 11;

uint8_t ByteAt(const std::string& path, std::streamoff at) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(at);
  return static_cast<uint8_t>(file.get());
}

void SetByte(const std::string& path, std::streamoff at, uint8_t value) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(at);
  file.put(static_cast<char>(value));
}

// A hit file whose writer died after its first flush.
void LeaveAbandonedFile(const std::string& path) {
  ChildProcess child([&](const ChildProcess::Tell& tell) {
    auto writer = HitWriter::Create(SampleOptions(path));
    if (!writer.ok() || !AppendSample(0, writer->get()).ok()) return 1;
    if (!(*writer)->Flush().ok()) return 2;
    tell(1);
    pause();
    return 3;
  });
  ASSERT_EQ(child.Hear(), 1);
  child.Kill();
  ASSERT_EQ(child.Wait(), -SIGKILL);
}

TEST(SuperblockTest, ClearsTheMarksOfADeadWriterOnce) {
  const TempDir dir;
  const std::string path = dir.File("hits.cxi");
  LeaveAbandonedFile(path);
  EXPECT_EQ(ByteAt(path, kMarksAt), 0x05);
  Result<bool> cleared = ClearWriterMarks(path);
  ASSERT_OK(cleared);
  EXPECT_TRUE(*cleared);
  EXPECT_EQ(ByteAt(path, kMarksAt), 0x00);
  EXPECT_OK(ShotReader::Open(path));  // HDF5 agrees with the checksum
  cleared = ClearWriterMarks(path);
  ASSERT_OK(cleared);
  EXPECT_FALSE(*cleared);
}

TEST(SuperblockTest, ExtendsAFileThatIsShorterThanItSays) {
  const TempDir dir;
  const std::string path = dir.File("hits.cxi");
  LeaveAbandonedFile(path);
  const auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size - 8);
  ASSERT_OK(ClearWriterMarks(path));
  EXPECT_EQ(std::filesystem::file_size(path), size);
  EXPECT_OK(ShotReader::Open(path));
}

TEST(SuperblockTest, DoesNotTouchASuperblockItCannotTrust) {
  const TempDir dir;
  const std::string path = dir.File("hits.cxi");
  LeaveAbandonedFile(path);
  for (const std::streamoff at : {10, 20, 28, 36, 44, 47}) {
    const uint8_t byte = ByteAt(path, at);
    SetByte(path, at, byte ^ 0x10);
    EXPECT_FALSE(ClearWriterMarks(path).ok()) << at;
    EXPECT_EQ(ByteAt(path, kMarksAt), 0x05);
    SetByte(path, at, byte);
  }
  EXPECT_OK(ClearWriterMarks(path));
}

TEST(SuperblockTest, RefusesOtherFormats) {
  const TempDir dir;
  std::ofstream(dir.File("short")) << "short";
  EXPECT_STATUS(StatusCode::kInvalidArgument, ClearWriterMarks(dir.File("short")));
  EXPECT_STATUS(StatusCode::kInternal, ClearWriterMarks(dir.File("missing")));
  // Shot files have HDF5's first superblock, which knows no marks.
  ShotWriterOptions options;
  options.info = {.shots = 1, .rows = 4, .cols = 4};
  auto writer = ShotWriter::Create(dir.File("shots.cxi"), options);
  ASSERT_OK(writer);
  ASSERT_OK((*writer)->Append(std::array<uint16_t, 16>{}.data(), {}, {}));
  ASSERT_OK((*writer)->Close());
  EXPECT_STATUS(StatusCode::kInvalidArgument, ClearWriterMarks(dir.File("shots.cxi")));
}

}  // namespace
}  // namespace airy::cxi

// Reading through a set takes the same memory however many images it has.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "proto/images/image_reader.h"
#include "tests/testing/child_process.h"
#include "tests/testing/command.h"
#include "tests/testing/temp_dir.h"

namespace airy::images {
namespace {

// The largest resident set of this process so far.
int64_t PeakKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    long long kilobytes = 0;
    if (std::sscanf(line.c_str(), "VmHWM: %lld kB", &kilobytes) == 1) return kilobytes;
  }
  return -1;
}

// The peak of a process that reads every image of `name`; nothing when it fails.
std::optional<int64_t> PeakOfReading(const std::string& name, int64_t images) {
  airy::testing::ChildProcess child([&](const auto& tell) {
    const auto reader = ImageReader::Open(name);
    if (!reader.ok() || (*reader)->info().shots != images) return 1;
    const cxi::ShotSetInfo& info = (*reader)->info();
    std::vector<std::byte> pixels(static_cast<size_t>(info.rows) *
                                  static_cast<size_t>(info.cols) * PixelSize(info.type));
    for (int64_t i = 0; i < images; ++i) {
      if (!(*reader)->Read(i, pixels.data()).ok()) return 1;
    }
    tell(PeakKilobytes());
    return 0;
  });
  return child.Hear();
}

class MemoryTest : public ::testing::TestWithParam<const char*> {};

TEST_P(MemoryTest, DoesNotGrowWithTheSet) {
  const airy::testing::TempDir folder;
  const auto written =
      airy::testing::RunCommand("/usr/bin/python3 " AIRY_SCRIPTS "/write_large.py " +
                                folder.path().string() + " " + GetParam());
  ASSERT_EQ(written.exit_code, 0) << written.lines.back();
  const auto small = PeakOfReading(folder.File("500"), 500);
  const auto large = PeakOfReading(folder.File("5000"), 5000);
  ASSERT_TRUE(small && large);
  EXPECT_LT(*large, *small + 4096) << "500 images: " << *small << " kB";
  std::printf("%s: %lld kB for 500 images, %lld kB for 5,000\n", GetParam(),
              static_cast<long long>(*small), static_cast<long long>(*large));
}

INSTANTIATE_TEST_SUITE_P(Kinds, MemoryTest,
                         ::testing::Values("chunk_per_image", "chunks_of_25",
                                           "entry_per_image", "tiff"),
                         [](const auto& kind) { return std::string(kind.param); });

}  // namespace
}  // namespace airy::images

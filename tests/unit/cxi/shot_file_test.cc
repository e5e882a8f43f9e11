#include "proto/cxi/shot_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::cxi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kRows = 5;
constexpr int kCols = 4;

std::vector<uint16_t> Shot(int index) {
  std::vector<uint16_t> pixels(kRows * kCols);
  std::iota(pixels.begin(), pixels.end(), static_cast<uint16_t>(1000 * index));
  return pixels;
}

Labels LabelsOf(std::initializer_list<int> classes) {
  Labels labels{};
  for (const int c : classes) labels[static_cast<size_t>(c)] = 1;
  return labels;
}

ShotWriterOptions Options() {
  ShotWriterOptions options;
  options.info = {.shots = 3, .rows = kRows, .cols = kCols, .labelled = true};
  options.title = "three shots";
  options.attributes = {{"seed", "42"}, {"note", ""}};
  options.truth_names = {"radius_m", "delta"};
  return options;
}

void WriteShots(const std::string& path) {
  auto writer = ShotWriter::Create(path, Options());
  ASSERT_OK(writer);
  for (int i = 0; i < 3; ++i) {
    const std::array<double, 2> truth = {i * 1e-7, 0.25};
    ASSERT_OK((*writer)->Append(Shot(i).data(), LabelsOf({i, kBent}), truth));
  }
  ASSERT_OK((*writer)->Close());
}

TEST(ShotFileTest, ReadsBackWhatWasWritten) {
  const airy::testing::TempDir dir;
  WriteShots(dir.File("shots.cxi"));
  auto reader = ShotReader::Open(dir.File("shots.cxi"));
  ASSERT_OK(reader);
  const ShotSetInfo& info = (*reader)->info();
  EXPECT_EQ(info.shots, 3);
  EXPECT_EQ(info.rows, kRows);
  EXPECT_EQ(info.cols, kCols);
  EXPECT_EQ(info.type, PixelType::kUint16);
  EXPECT_TRUE(info.labelled);
  std::vector<uint16_t> pixels(kRows * kCols);
  for (const int i : {2, 0, 1}) {
    ASSERT_OK((*reader)->ReadPixels(i, pixels.data()));
    EXPECT_EQ(pixels, Shot(i));
  }
  const auto labels = (*reader)->ReadLabels();
  ASSERT_OK(labels);
  EXPECT_THAT(*labels, ElementsAre(LabelsOf({0, kBent}), LabelsOf({1, kBent}),
                                   LabelsOf({2, kBent})));
  const auto radius = (*reader)->ReadTruth("radius_m");
  ASSERT_OK(radius);
  EXPECT_THAT(*radius, ElementsAre(0, 1e-7, 2e-7));
  EXPECT_EQ((*reader)->Attribute("seed"), "42");
  EXPECT_EQ((*reader)->Attribute("note"), "");
  EXPECT_EQ((*reader)->Attribute("colour"), std::nullopt);
  const auto ids = (*reader)->ReadIds();
  ASSERT_OK(ids);
  EXPECT_THAT(ids->train_id, IsEmpty());
  EXPECT_STATUS(StatusCode::kNotFound, (*reader)->ReadTruth("mass"));
}

TEST(ShotFileTest, RefusesShotsOutOfRange) {
  const airy::testing::TempDir dir;
  WriteShots(dir.File("shots.cxi"));
  auto reader = ShotReader::Open(dir.File("shots.cxi"));
  ASSERT_OK(reader);
  std::vector<uint16_t> pixels(kRows * kCols);
  const Status status = (*reader)->ReadPixels(3, pixels.data());
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("must be 0..2; was 3"));
  EXPECT_STATUS(StatusCode::kInvalidArgument, (*reader)->ReadPixels(-1, pixels.data()));
}

TEST(ShotFileTest, RefusesWhatIsNotHdf5) {
  const airy::testing::TempDir dir;
  EXPECT_STATUS(StatusCode::kNotFound, ShotReader::Open(dir.File("nothing.cxi")));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ShotReader::Open(dir.path().string()));
  std::ofstream(dir.File("empty.cxi"));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ShotReader::Open(dir.File("empty.cxi")));
  std::ofstream(dir.File("text.cxi")) << "these are not the shots you are looking for";
  const auto reader = ShotReader::Open(dir.File("text.cxi"));
  EXPECT_EQ(reader.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(reader.status().message(), HasSubstr("text.cxi is not an HDF5 file"));
}

// Cut anywhere, a file gives an error or its shots, and never crashes.
TEST(ShotFileTest, SurvivesTruncationAtAnyPlace) {
  const airy::testing::TempDir dir;
  WriteShots(dir.File("shots.cxi"));
  const auto size = std::filesystem::file_size(dir.File("shots.cxi"));
  std::filesystem::copy_file(dir.File("shots.cxi"), dir.File("cut.cxi"));
  for (auto left = size - 1; left > 8; left -= std::min<uintmax_t>(left, 97)) {
    std::filesystem::resize_file(dir.File("cut.cxi"), left);
    EXPECT_STATUS(StatusCode::kDataLoss, ShotReader::Open(dir.File("cut.cxi")));
  }
}

// A byte turned over anywhere gives an error or some shots, and never crashes.
TEST(ShotFileTest, SurvivesDamageAtAnyPlace) {
  const airy::testing::TempDir dir;
  WriteShots(dir.File("shots.cxi"));
  std::ostringstream bytes;
  bytes << std::ifstream(dir.File("shots.cxi"), std::ios::binary).rdbuf();
  const std::string good = bytes.str();
  size_t opened = 0;
  size_t refused = 0;
  for (size_t place = 0; place < good.size(); place += 97) {
    std::string bad = good;
    bad[place] = static_cast<char>(~bad[place]);
    std::ofstream(dir.File("bad.cxi"), std::ios::binary) << bad;
    const auto reader = ShotReader::Open(dir.File("bad.cxi"));
    ++(reader.ok() ? opened : refused);
    if (!reader.ok()) continue;
    const ShotSetInfo& info = (*reader)->info();
    if (info.rows != kRows || info.cols != kCols) continue;
    std::vector<uint64_t> pixels(kRows * kCols);
    for (int64_t i = 0; i < std::min<int64_t>(info.shots, 4); ++i) {
      static_cast<void>((*reader)->ReadPixels(i, pixels.data()));
    }
    static_cast<void>((*reader)->ReadTruth("delta"));
    static_cast<void>((*reader)->ReadLabels());
    static_cast<void>((*reader)->ReadIdentifiers());
    static_cast<void>((*reader)->ReadPhotonEnergiesJ());
    static_cast<void>((*reader)->ReadSetup());
  }
  EXPECT_GT(opened, 0U);
  EXPECT_GT(refused, 0U);
}

}  // namespace
}  // namespace airy::cxi

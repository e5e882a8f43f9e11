#include "proto/cxi/shot_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <numeric>
#include <sstream>

#include "tests/testing/child_process.h"
#include "tests/testing/command.h"
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
  options.info.rows = kRows;
  options.info.cols = kCols;
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

TEST(ShotFileTest, KeepsAnEmptySetReadable) {
  const airy::testing::TempDir dir;
  auto writer = ShotWriter::Create(dir.File("none.cxi"), Options());
  ASSERT_OK(writer);
  ASSERT_OK((*writer)->Close());
  auto reader = ShotReader::Open(dir.File("none.cxi"));
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->info().shots, 0);
  const auto labels = (*reader)->ReadLabels();
  ASSERT_OK(labels);
  EXPECT_THAT(*labels, IsEmpty());
}

TEST(ShotFileTest, LeavesNothingBehindWhenNotClosed) {
  const airy::testing::TempDir dir;
  {
    auto writer = ShotWriter::Create(dir.File("shots.cxi"), Options());
    ASSERT_OK(writer);
    ASSERT_OK((*writer)->Append(Shot(0).data(), {}, std::array<double, 2>{}));
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

// A file size limit stands for the full disk.
TEST(ShotFileTest, FailsInOrderWhenTheDiskIsFull) {
  const airy::testing::TempDir dir;
  airy::testing::ChildProcess child([&](const auto& /*tell*/) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 20'000;
    setrlimit(RLIMIT_FSIZE, &limit);
    auto writer = ShotWriter::Create(dir.File("shots.cxi"), Options());
    if (!writer.ok()) return 1;
    Status status;
    for (int i = 0; i < 10'000 && status.ok(); ++i) {
      status = (*writer)->Append(Shot(0).data(), {}, std::array<double, 2>{});
    }
    if (status.code() != StatusCode::kResourceExhausted) return 2;
    if ((*writer)->Close().code() != StatusCode::kResourceExhausted) return 3;
    writer->reset();
    return 0;
  });
  EXPECT_EQ(child.Wait(), 0);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(ShotFileTest, RefusesWrongOptionsAndValues) {
  const airy::testing::TempDir dir;
  ShotWriterOptions options = Options();
  options.info.rows = 0;
  EXPECT_STATUS(StatusCode::kInvalidArgument, ShotWriter::Create(dir.File("a"), options));
  options = Options();
  options.truth_names = {"a/b"};
  EXPECT_STATUS(StatusCode::kInvalidArgument, ShotWriter::Create(dir.File("a"), options));
  options.truth_names = {"a", "a"};
  EXPECT_STATUS(StatusCode::kInvalidArgument, ShotWriter::Create(dir.File("a"), options));
  auto writer = ShotWriter::Create(dir.File("a"), Options());
  ASSERT_OK(writer);
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                (*writer)->Append(Shot(0).data(), {}, std::array<double, 1>{}));
  EXPECT_STATUS(StatusCode::kInternal,
                ShotWriter::Create(dir.File("missing/a.cxi"), Options()));
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
  }
  EXPECT_GT(opened, 0U);
  EXPECT_GT(refused, 0U);
}

// Files that an h5py script wrote as other people's programs do.
class ForeignFileTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new airy::testing::TempDir;
    const airy::testing::CommandResult written = airy::testing::RunCommand(
        "/usr/bin/python3 " AIRY_SCRIPTS "/write_foreign.py " + folder_->path().string());
    ASSERT_EQ(written.exit_code, 0) << written.lines.back();
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::string Foreign(const std::string& kind) {
    return folder_->File(kind + ".cxi");
  }

 private:
  static inline airy::testing::TempDir* folder_ = nullptr;
};

TEST_F(ForeignFileTest, ReadsCdtoolsPtychography) {
  auto reader = ShotReader::Open(Foreign("cdtools"));
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->info().shots, 5);
  EXPECT_EQ((*reader)->info().type, PixelType::kInt32);
  EXPECT_FALSE((*reader)->info().labelled);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, (*reader)->ReadLabels());
  std::vector<int32_t> pixels(6 * 7);
  ASSERT_OK((*reader)->ReadPixels(1, pixels.data()));
  EXPECT_EQ(pixels.front(), 39);
  EXPECT_EQ(pixels.back(), 80);
}

TEST_F(ForeignFileTest, ReadsOneShotWithCxidb94Labels) {
  auto reader = ShotReader::Open(Foreign("cxidb94"));
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->info().shots, 1);
  EXPECT_EQ((*reader)->info().rows, 3);
  EXPECT_EQ((*reader)->info().type, PixelType::kFloat32);
  std::vector<float> pixels(12);
  ASSERT_OK((*reader)->ReadPixels(0, pixels.data()));
  EXPECT_EQ(pixels[11], 11);
  const auto labels = (*reader)->ReadLabels();
  ASSERT_OK(labels);
  EXPECT_THAT(*labels, ElementsAre(LabelsOf({kSphericalOblate, kRound, kNewtonRings})));
}

TEST_F(ForeignFileTest, ReadsBigEndianStackAtTheGivenPath) {
  const std::string path = Foreign("plain");
  for (const char* place : {"", "/data/data", "data/data"}) {
    auto reader = ShotReader::Open(path, place);
    ASSERT_OK(reader);
    std::vector<uint16_t> pixels(12);
    ASSERT_OK((*reader)->ReadPixels(1, pixels.data()));
    EXPECT_EQ(pixels[0], 12);
  }
  const auto reader = ShotReader::Open(path, "/data/images");
  EXPECT_EQ(reader.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(reader.status().message(), HasSubstr("no dataset at /data/images"));
}

TEST_F(ForeignFileTest, FindsTagsByHeadingAndIdsByEitherName) {
  auto reader = ShotReader::Open(Foreign("tags_out_of_order"));
  ASSERT_OK(reader);
  const auto labels = (*reader)->ReadLabels();
  ASSERT_OK(labels);
  EXPECT_THAT(*labels, ElementsAre(LabelsOf({kEmpty}), LabelsOf({kBent})));
  const auto ids = (*reader)->ReadIds();
  ASSERT_OK(ids);
  EXPECT_THAT(ids->train_id, ElementsAre(1000U, (1ULL << 63) + 1));
  EXPECT_THAT(ids->pulse_id, ElementsAre(7U, 9U));
}

TEST_F(ForeignFileTest, SaysWhatIsWrongWithAForeignFile) {
  const std::array<std::pair<const char*, const char*>, 5> cases = {
      {{"complex_pixels", "was compound"},
       {"four_dimensions", "was 2 x 3 x 4 x 5"},
       {"no_rows", "was 2 x 0 x 4"},
       {"only_groups", "must be a dataset"},
       {"dangling_link", "no image stack; looked for /entry_1/data_1/data"}}};
  for (const auto& [kind, message] : cases) {
    const auto reader = ShotReader::Open(Foreign(kind));
    EXPECT_EQ(reader.status().code(), StatusCode::kInvalidArgument) << kind;
    EXPECT_THAT(reader.status().message(), HasSubstr(message)) << kind;
  }
}

}  // namespace
}  // namespace airy::cxi

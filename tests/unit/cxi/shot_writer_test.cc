// How a set of shots comes to be: interrupted, gone on with, on a full disk, in little
// memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "proto/cxi/shot_file.h"
#include "tests/testing/child_process.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::cxi {
namespace {

using ::airy::testing::ChildProcess;
using ::airy::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kShots = 20;
constexpr int kEdge = 6;

ShotWriterOptions Options() {
  ShotWriterOptions options;
  options.info = {.shots = kShots, .rows = kEdge, .cols = kEdge, .labelled = true};
  options.title = "twenty shots";
  options.attributes = {{"seed", "42"}, {"balance", "0.5"}};
  options.truth_names = {"index", "radius_nm"};
  options.photon_energies = true;
  return options;
}

Status AppendShot(ShotWriter* writer, int64_t shot) {
  std::array<uint16_t, kEdge * kEdge> pixels;
  std::iota(pixels.begin(), pixels.end(), static_cast<uint16_t>(100 * shot));
  Labels labels{};
  labels[static_cast<size_t>(shot) % labels.size()] = 1;
  const std::array<double, 2> truth = {static_cast<double>(2 * shot), 0.5};
  return writer->Append(pixels.data(), labels, truth,
                        1e-18 * static_cast<double>(shot + 1));
}

Status AppendUpTo(ShotWriter* writer, int64_t shots) {
  while (writer->written() < shots) AIRY_TRY(AppendShot(writer, writer->written()));
  return OkStatus();
}

std::string Bytes(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// What an undisturbed writer makes.
std::string WholeSet(const TempDir& dir) {
  auto writer = ShotWriter::Create(dir.File("whole.cxi"), Options());
  EXPECT_OK(writer);
  EXPECT_OK(AppendUpTo(writer->get(), kShots));
  EXPECT_OK((*writer)->Close());
  return Bytes(dir.File("whole.cxi"));
}

class ShotWriterTest : public ::testing::Test {
 protected:
  // Appends up to `shots` and leaves off.
  void BeginWith(int64_t shots) {
    auto writer = ShotWriter::Create(path_, Options());
    ASSERT_OK(writer);
    ASSERT_OK(AppendUpTo(writer->get(), shots));
  }
  void GoOnToTheEnd() {
    auto writer = ShotWriter::Create(path_, Options());
    ASSERT_OK(writer);
    ASSERT_OK(AppendUpTo(writer->get(), kShots));
    ASSERT_OK((*writer)->Close());
  }

  TempDir dir_;
  const std::string path_ = dir_.File("set.cxi");
  const std::string partial_ = path_ + ".partial";
};

TEST_F(ShotWriterTest, GoesOnWhereAnotherLeftOff) {
  BeginWith(7);
  EXPECT_FALSE(std::filesystem::exists(path_));
  auto writer = ShotWriter::Create(path_, Options());
  ASSERT_OK(writer);
  EXPECT_EQ((*writer)->written(), 7);
  const auto last = (*writer)->ReadBack(6);
  ASSERT_OK(last);
  EXPECT_EQ(last->labels[6], 1);
  EXPECT_THAT(last->truth, ElementsAre(12, 0.5));
  EXPECT_STATUS(StatusCode::kInvalidArgument, (*writer)->ReadBack(7));
  writer->reset();
  GoOnToTheEnd();
  EXPECT_EQ(Bytes(path_), WholeSet(dir_));
  EXPECT_FALSE(std::filesystem::exists(partial_));
}

TEST_F(ShotWriterTest, MakesTheSameBytesHoweverOftenItIsKilled) {
  for (int64_t noted = 3; noted + 2 < kShots; noted += 4) {
    ChildProcess child([&](const auto& tell) {
      for (const int64_t shots : {noted, noted + 2}) {
        auto writer = ShotWriter::Create(path_, Options());
        if (!writer.ok() || !AppendUpTo(writer->get(), shots).ok()) return 1;
        if (shots == noted) continue;
        tell((*writer)->written());
        while (true) pause();
      }
      return 0;
    });
    ASSERT_EQ(child.Hear(), noted + 2);
  }
  GoOnToTheEnd();
  EXPECT_EQ(Bytes(path_), WholeSet(dir_));
}

// With the power goes what was appended since the disk was last waited for.
TEST_F(ShotWriterTest, WritesOverWhatHalfReachedTheDisk) {
  BeginWith(7);
  const std::string seven = Bytes(partial_);
  BeginWith(12);
  std::string half = Bytes(partial_);
  ASSERT_EQ(half.size(), seven.size());
  for (size_t i = 0; i < half.size(); ++i) {
    // Of what was there before, only the number of shots has changed.
    const bool of_new_shots = seven[i] == 0 && half[i] != 0;
    half[i] = of_new_shots ? static_cast<char>(0x5a ^ i) : seven[i];
  }
  std::ofstream(partial_, std::ios::binary) << half;
  {
    auto writer = ShotWriter::Create(path_, Options());
    ASSERT_OK(writer);
    EXPECT_EQ((*writer)->written(), 7);
  }
  GoOnToTheEnd();
  EXPECT_EQ(Bytes(path_), WholeSet(dir_));
}

TEST_F(ShotWriterTest, BeginsAgainAfterADeathBeforeTheFirstShot) {
  std::ofstream(partial_).flush();
  std::ofstream(partial_ + ".new") << "half of a file";
  GoOnToTheEnd();
  EXPECT_EQ(Bytes(path_), WholeSet(dir_));
  EXPECT_FALSE(std::filesystem::exists(partial_ + ".new"));
}

TEST_F(ShotWriterTest, SaysWhatAnotherSetWasBegunWith) {
  BeginWith(2);
  const std::string before = Bytes(partial_);
  const auto expect = [&](const ShotWriterOptions& options, const std::string& said) {
    const auto writer = ShotWriter::Create(path_, options);
    EXPECT_EQ(writer.status().code(), StatusCode::kFailedPrecondition);
    EXPECT_EQ(writer.status().message(),
              partial_ + " " + said + "; delete it to begin anew");
  };
  ShotWriterOptions options = Options();
  options.attributes[0].second = "43";
  expect(options, "was begun with seed 42, not 43");
  options = Options();
  options.attributes.push_back({"gamma", "0.5"});
  expect(options, "was begun with gamma not set, not 0.5");
  options = Options();
  options.info.shots = 30;
  const std::string stack = " as /entry_1/instrument_1/detector_1/data, not ";
  expect(options, "was begun with 20 x 6 x 6 of uint16" + stack + "30 x 6 x 6 of uint16");
  options = Options();
  options.info.type = PixelType::kFloat32;
  expect(options,
         "was begun with 20 x 6 x 6 of uint16" + stack + "20 x 6 x 6 of float32");
  options = Options();
  options.truth_names.emplace_back("colour");
  expect(options,
         "was begun with nothing as /entry_1/sample_1/colour, not 20 of float64");
  EXPECT_EQ(Bytes(partial_), before);
}

TEST_F(ShotWriterTest, TellsWhereTheDetectorStands) {
  ShotWriterOptions options = Options();
  options.geometry.distance_m = 0.065;
  options.geometry.x_pixel_size_m = options.geometry.y_pixel_size_m = 0.001;
  options.geometry.basis_vectors_m = {{{0, -0.001, 0}, {0.001, 0, 0}}};
  options.geometry.corner_position_m = {-0.003, 0.003, 0.065};
  auto writer = ShotWriter::Create(path_, options);
  ASSERT_OK(writer);
  ASSERT_OK(AppendUpTo(writer->get(), kShots));
  ASSERT_OK((*writer)->Close());
  const auto reader = ShotReader::Open(path_);
  ASSERT_OK(reader);
  const auto setup = (*reader)->ReadSetup();
  ASSERT_OK(setup);
  EXPECT_EQ(setup->geometry, options.geometry);
}

TEST_F(ShotWriterTest, LeavesSomebodyElsesFileAlone) {
  std::ofstream(partial_) << "dear diary";
  const auto writer = ShotWriter::Create(path_, Options());
  EXPECT_EQ(writer.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(writer.status().message(), HasSubstr("is not a set of shots"));
  EXPECT_EQ(Bytes(partial_), "dear diary");
}

TEST_F(ShotWriterTest, HasTheFileToItself) {
  auto first = ShotWriter::Create(path_, Options());
  ASSERT_OK(first);
  ASSERT_OK(AppendUpTo(first->get(), 1));
  EXPECT_STATUS(StatusCode::kUnavailable, ShotWriter::Create(path_, Options()));
  std::filesystem::remove(partial_);
  auto second = ShotWriter::Create(path_, Options());
  ASSERT_OK(second);
  ASSERT_OK(AppendUpTo(first->get(), kShots));
  EXPECT_STATUS(StatusCode::kDataLoss, (*first)->Close());
  first->reset();
  EXPECT_TRUE(std::filesystem::exists(partial_));
}

TEST_F(ShotWriterTest, IsNoSetUntilItIsFinished) {
  BeginWith(7);
  std::filesystem::rename(partial_, path_);
  const auto reader = ShotReader::Open(path_);
  EXPECT_EQ(reader.status().code(), StatusCode::kDataLoss);
  EXPECT_THAT(reader.status().message(),
              HasSubstr("writing was interrupted: holds 7 of 20 shots"));
}

TEST_F(ShotWriterTest, LeavesNothingOfASetWithoutShots) {
  BeginWith(0);
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_F(ShotWriterTest, ClosesOnlyWholeSets) {
  auto writer = ShotWriter::Create(path_, Options());
  ASSERT_OK(writer);
  ASSERT_OK(AppendUpTo(writer->get(), 19));
  const Status closed = (*writer)->Close();
  EXPECT_EQ(closed.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(closed.message(), HasSubstr("must have 20 shots; has 19"));
  ASSERT_OK(AppendUpTo(writer->get(), 20));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, AppendShot(writer->get(), 20));
  EXPECT_OK((*writer)->Close());
  EXPECT_STATUS(StatusCode::kFailedPrecondition, (*writer)->Close());
}

TEST_F(ShotWriterTest, KeepsEnergiesIdentifiersAndAllTruth) {
  ShotWriterOptions options = Options();
  for (int i = 0; i < kShots; ++i) {
    options.identifiers.push_back("run/" + std::to_string(100 * i));
  }
  auto writer = ShotWriter::Create(path_, options);
  ASSERT_OK(writer);
  ASSERT_OK(AppendUpTo(writer->get(), kShots));
  ASSERT_OK((*writer)->Close());
  auto reader = ShotReader::Open(path_);
  ASSERT_OK(reader);
  EXPECT_EQ(*(*reader)->ReadIdentifiers(), options.identifiers);
  EXPECT_EQ((*reader)->ReadPhotonEnergiesJ()->at(19), 1e-18 * 20.0);
  const auto truth = (*reader)->ReadAllTruth();
  ASSERT_OK(truth);
  ASSERT_EQ(truth->size(), 2U);
  EXPECT_EQ(truth->at(0).name, "index");
  EXPECT_EQ(truth->at(0).values.at(19), 38);
  EXPECT_EQ(truth->at(1).name, "radius_nm");
}

// A limit on the size of files stands for the full disk.
TEST_F(ShotWriterTest, SaysAtOnceThatTheDiskIsTooSmall) {
  ChildProcess child([&](const auto& /*tell*/) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 100'000;
    setrlimit(RLIMIT_FSIZE, &limit);
    ShotWriterOptions options = Options();
    options.info.shots = 10'000;
    const auto writer = ShotWriter::Create(path_, options);
    return writer.status().code() == StatusCode::kResourceExhausted ? 0 : 1;
  });
  EXPECT_EQ(child.Wait(), 0);
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_F(ShotWriterTest, KeepsWhatItHasWhenTheDiskFillsUp) {
  BeginWith(7);
  ChildProcess child([&](const auto& /*tell*/) {
    auto writer = ShotWriter::Create(path_, Options());
    if (!writer.ok() || !AppendUpTo(writer->get(), 9).ok()) return 1;
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 1;
    setrlimit(RLIMIT_FSIZE, &limit);
    if (AppendShot(writer->get(), 9).code() != StatusCode::kResourceExhausted) return 2;
    return (*writer)->written() == 9 ? 0 : 3;
  });
  EXPECT_EQ(child.Wait(), 0);
  GoOnToTheEnd();
  EXPECT_EQ(Bytes(path_), WholeSet(dir_));
}

// The largest resident set of this process so far.
int64_t PeakKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    long long kilobytes = 0;
    if (std::sscanf(line.c_str(), "VmHWM: %lld kB", &kilobytes) == 1) return kilobytes;
  }
  return -1;
}

TEST_F(ShotWriterTest, TakesNoMoreMemoryForMoreShots) {
  const auto peak_of_writing = [&](int64_t shots) {
    ChildProcess child([&](const auto& tell) {
      ShotWriterOptions options;
      options.info = {.shots = shots,
                      .rows = 224,
                      .cols = 224,
                      .type = PixelType::kFloat32,
                      .labelled = true};
      options.truth_names = {"index"};
      auto writer = ShotWriter::Create(path_ + std::to_string(shots), options);
      if (!writer.ok()) return 1;
      const std::vector<float> pixels(224 * 224, 1.0F);
      for (int64_t shot = 0; shot < shots; ++shot) {
        const std::array<double, 1> truth = {static_cast<double>(shot)};
        if (!(*writer)->Append(pixels.data(), {}, truth).ok()) return 1;
      }
      if (!(*writer)->Close().ok()) return 1;
      tell(PeakKilobytes());
      return 0;
    });
    return child.Hear();
  };
  const auto small = peak_of_writing(500);
  const auto large = peak_of_writing(5000);
  ASSERT_TRUE(small && large);
  EXPECT_LT(*large, *small + 2048);
  std::printf("%lld kB for 500 shots, %lld kB for 5,000\n",
              static_cast<long long>(*small), static_cast<long long>(*large));
}

TEST(ShotWriterOptionsTest, RefusesWhatIsOutOfRange) {
  const TempDir dir;
  const auto refused = [&](const auto& change) {
    ShotWriterOptions options = Options();
    change(&options);
    EXPECT_STATUS(StatusCode::kInvalidArgument,
                  ShotWriter::Create(dir.File("a.cxi"), options));
  };
  refused([](auto* options) { options->info.rows = 0; });
  refused([](auto* options) { options->info.shots = 0; });
  refused([](auto* options) { options->truth_names = {"a/b"}; });
  refused([](auto* options) { options->truth_names = {"a", "a"}; });
  refused([](auto* options) { options->identifiers = {"only one"}; });
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
  EXPECT_STATUS(StatusCode::kInternal,
                ShotWriter::Create(dir.File("missing/a.cxi"), Options()));

  auto writer = ShotWriter::Create(dir.File("a.cxi"), Options());
  ASSERT_OK(writer);
  const std::array<uint16_t, kEdge * kEdge> pixels{};
  const std::array<double, 2> truth{};
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                (*writer)->Append(pixels.data(), {}, std::array<double, 1>{}, 1e-18));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                (*writer)->Append(pixels.data(), {}, truth));
  EXPECT_EQ((*writer)->written(), 0);
}

}  // namespace
}  // namespace airy::cxi

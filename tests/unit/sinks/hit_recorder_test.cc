#include "server/sinks/hit_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <latch>
#include <thread>

#include "proto/cxi/hit_folder.h"
#include "proto/cxi/shot_file.h"
#include "tests/fakes/fake_clock.h"
#include "tests/testing/child_process.h"
#include "tests/testing/command.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/sinks/recorder_rig.h"

namespace airy::sinks {
namespace {

using airy::testing::ChildProcess;
using airy::testing::CommandResult;
using airy::testing::FakeClock;
using airy::testing::RunCommand;
using airy::testing::TempDir;
using pipeline::DropReason;
using pipeline::SourceInfo;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

constexpr int64_t kNsPerMs = 1'000'000;

HitRecorderOptions Options(const TempDir& dir) {
  HitRecorderOptions options;
  options.folder = dir.path().string();
  options.run = "run1";
  options.min_free_bytes = 0;
  options.flush_interval_ms = 10;
  options.index_interval_ms = 100;
  return options;
}

SourceInfo Source(const std::string& name) {
  SourceInfo source;
  source.name = name;
  return source;
}

// Every hit file and view checked by h5py; a line of ids per hit.
CommandResult ReadHits(const TempDir& dir, const std::string& flags = "") {
  return RunCommand("/usr/bin/python3 " AIRY_READ_HITS " " + flags + " " +
                    dir.path().string());
}

std::vector<std::string> FileNames(const TempDir& dir) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(HitRecorderTest, SortsHitsBySourceAndShapeAndSavesNothingElse) {
  const TempDir dir;
  SourceInfo ldm = Source("ldm");
  ldm.mask_rows = 6;
  ldm.mask_cols = 8;
  ldm.mask.assign(48, 1);
  ldm.mask[5] = 0;
  const SourceInfo dphi = Source("dphi");
  CollectingEvents events;
  pipeline::Hub hub;
  {
    auto recorder =
        HitRecorder::Start(Options(dir), events.Events(), &hub, SystemClock());
    ASSERT_OK(recorder);
    for (uint64_t train = 1; train <= 40; ++train) {
      hub.Publish(MakeHit(ldm, train, 6, 8));
      hub.Publish(MakeHit(dphi, train, 6, 8));
      auto miss = MakeHit(ldm, 1'000 + train, 6, 8);
      miss->hit.is_hit = false;
      hub.Publish(miss);
      auto dropped = MakeHit(ldm, 2'000 + train, 6, 8);
      dropped->outcome = pipeline::Outcome::kDropped;
      hub.Publish(dropped);
    }
    hub.Publish(MakeHit(ldm, 41, 10, 8));
  }
  EXPECT_THAT(
      FileNames(dir),
      ElementsAre(
          "run1_dphi_6x8_uint16_00001.cxi", "run1_dphi_6x8_uint16_00001_views.cxi",
          "run1_dphi_6x8_uint16_index.cxi", "run1_ldm_10x8_uint16_00001.cxi",
          "run1_ldm_10x8_uint16_00001_views.cxi", "run1_ldm_10x8_uint16_index.cxi",
          "run1_ldm_6x8_uint16_00001.cxi", "run1_ldm_6x8_uint16_00001_views.cxi",
          "run1_ldm_6x8_uint16_index.cxi"));
  EXPECT_EQ(events.saved().size(), 81U);
  const CommandResult seen = ReadHits(dir, "--plain");
  ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
  EXPECT_THAT(seen.lines, UnorderedElementsAreArray(events.saved()));

  const CommandResult mask = RunCommand(
      "/usr/bin/python3 -c \"import h5py; m = h5py.File('" +
      dir.File("run1_ldm_6x8_uint16_00001.cxi") +
      "')['/entry_1/instrument_1/detector_1/mask'][:]; print(m.sum(), m[0, 5])\"");
  EXPECT_THAT(mask.lines, ElementsAre("128 128"));  // 0x80, bad
}

TEST(HitRecorderTest, MakesHitsDurableAtTheFlushInterval) {
  const TempDir dir;
  const SourceInfo source = Source("ldm");
  FakeClock clock;
  CollectingEvents events;
  pipeline::Hub hub;
  auto recorder = HitRecorder::Start(Options(dir), events.Events(), &hub, clock);
  ASSERT_OK(recorder);
  for (uint64_t train = 1; train <= 5; ++train) hub.Publish(MakeHit(source, train, 6, 8));
  EXPECT_THAT(events.saved(), IsEmpty());  // time stands still
  ASSERT_TRUE(events.FlushUntilSaved(5, &clock, 10 * kNsPerMs));
  const CommandResult seen = ReadHits(dir);
  ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
  EXPECT_THAT(seen.lines, UnorderedElementsAreArray(events.saved()));
}

TEST(HitRecorderTest, RenewsTheViewsWhileTheFileGrows) {
  const TempDir dir;
  const SourceInfo source = Source("ldm");
  FakeClock clock;
  CollectingEvents events;
  pipeline::Hub hub;
  auto recorder = HitRecorder::Start(Options(dir), events.Events(), &hub, clock);
  ASSERT_OK(recorder);
  int64_t bent_shots = 0;
  for (uint64_t train = 1; train <= 100 && bent_shots < 2; ++train) {
    hub.Publish(MakeHit(source, train, 6, 8));
    ASSERT_TRUE(events.FlushUntilSaved(train, &clock, 100 * kNsPerMs));
    const auto bent = cxi::ShotReader::Open(dir.File("run1_ldm_6x8_uint16_index.cxi"),
                                            "/classes/bent/data");
    if (bent.ok()) bent_shots = (*bent)->info().shots;
  }
  EXPECT_GE(bent_shots, 2);
  const CommandResult seen = ReadHits(dir);
  ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
}

TEST(HitRecorderTest, RotatesBySizeAndGoesOnAfterARestart) {
  const TempDir dir;
  const SourceInfo source = Source("ldm");
  HitRecorderOptions options = Options(dir);
  options.max_file_bytes = 1 << 20;  // eight images of 256 x 256 uint16
  CollectingEvents events;
  uint64_t train = 0;
  for (int start = 0; start < 2; ++start) {
    pipeline::Hub hub;
    auto recorder = HitRecorder::Start(options, events.Events(), &hub, SystemClock());
    ASSERT_OK(recorder);
    for (int i = 0; i < 20; ++i) hub.Publish(MakeHit(source, ++train, 256, 256));
  }
  std::vector<int64_t> hits;
  for (const auto& name :
       cxi::FindHitFiles(dir.path().string(), "run1_ldm_256x256_uint16")) {
    const auto reader = cxi::ShotReader::Open(dir.File(cxi::ToFileName(name)));
    ASSERT_OK(reader);
    hits.push_back((*reader)->info().shots);
  }
  EXPECT_THAT(hits, ElementsAre(8, 8, 4, 8, 8, 4));
  const CommandResult seen = ReadHits(dir, "--plain");  // one index over all six
  ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
  EXPECT_EQ(seen.lines.size(), 40U);
}

TEST(HitRecorderTest, MendsWhatAKilledDaemonLeft) {
  const TempDir dir;
  const SourceInfo source = Source("ldm");
  ChildProcess daemon([&](const ChildProcess::Tell& tell) {
    CollectingEvents events;
    pipeline::Hub hub;
    auto recorder =
        HitRecorder::Start(Options(dir), events.Events(), &hub, SystemClock());
    if (!recorder.ok()) return 1;
    for (uint64_t train = 1; train <= 30; ++train) {
      hub.Publish(MakeHit(source, train, 6, 8));
    }
    if (!events.WaitForSaved(30)) return 2;
    tell(30);
    pause();
    return 3;
  });
  ASSERT_EQ(daemon.Hear(), 30);
  daemon.Kill();
  ASSERT_EQ(daemon.Wait(), -SIGKILL);
  const CommandResult at_once = ReadHits(dir);
  ASSERT_EQ(at_once.exit_code, 0) << at_once.lines.back();
  EXPECT_EQ(at_once.lines.size(), 30U);

  CollectingEvents events;
  pipeline::Hub hub;
  {
    auto recorder =
        HitRecorder::Start(Options(dir), events.Events(), &hub, SystemClock());
    ASSERT_OK(recorder);
    const auto plainly = cxi::ShotReader::Open(dir.File("run1_ldm_6x8_uint16_00001.cxi"));
    ASSERT_OK(plainly);
    EXPECT_EQ((*plainly)->info().shots, 30);
    hub.Publish(MakeHit(source, 31, 6, 8));
  }
  const CommandResult seen = ReadHits(dir, "--plain");
  ASSERT_EQ(seen.exit_code, 0) << seen.lines.back();
  EXPECT_EQ(seen.lines.size(), 31U);
}

// A file size limit stands for the full disk. Every hit is saved or lost, what is called
// saved is in the files, and recording goes on when there is room again.
TEST(HitRecorderTest, CountsWhatAFullDiskLosesAndGoesOn) {
  const TempDir dir;
  ChildProcess child([&](const ChildProcess::Tell& tell) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 500'000;
    setrlimit(RLIMIT_FSIZE, &limit);
    const SourceInfo source = Source("ldm");
    FakeClock clock;
    CollectingEvents events;
    pipeline::Hub hub;
    auto recorder = HitRecorder::Start(Options(dir), events.Events(), &hub, clock);
    if (!recorder.ok()) return 1;
    uint64_t train = 0;
    for (; train < 20; ++train) hub.Publish(MakeHit(source, train, 64, 64));
    if (!events.FlushUntilSaved(20, &clock, 10 * kNsPerMs)) return 6;
    for (; train < 100; ++train) hub.Publish(MakeHit(source, train, 64, 64));
    if (!events.WaitForLost(DropReason::kWriteError, 80)) return 2;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limit);
    clock.Advance(5'000 * kNsPerMs);  // the retry interval
    const size_t saved = events.saved().size();
    hub.Publish(MakeHit(source, train++, 64, 64));
    if (!events.FlushUntilSaved(saved + 1, &clock, 10 * kNsPerMs)) return 3;
    recorder->reset();
    if (events.lost(DropReason::kQueueFull) != 0) return 4;
    if (events.saved().size() + events.lost(DropReason::kWriteError) != train) return 5;
    std::ofstream expected(dir.File("expected.txt"));
    for (const std::string& id : events.saved()) expected << id << "\n";
    tell(static_cast<int64_t>(saved));
    return 0;
  });
  const int64_t saved = child.Hear().value_or(-1);
  EXPECT_EQ(child.Wait(), 0);
  EXPECT_GE(saved, 20);
  EXPECT_THAT(cxi::MendHitFiles(dir.path().string()).failures, IsEmpty());
  const CommandResult seen =
      ReadHits(dir, "--plain --expect " + dir.File("expected.txt"));
  EXPECT_EQ(seen.exit_code, 0) << seen.lines.back();
}

TEST(HitRecorderTest, LeavesTheLastBytesOfTheDiskAlone) {
  const TempDir dir;
  const SourceInfo source = Source("ldm");
  HitRecorderOptions options = Options(dir);
  options.min_free_bytes = int64_t{1} << 62;
  CollectingEvents events;
  pipeline::Hub hub;
  auto recorder = HitRecorder::Start(options, events.Events(), &hub, SystemClock());
  ASSERT_OK(recorder);
  for (uint64_t train = 1; train <= 3; ++train) hub.Publish(MakeHit(source, train, 6, 8));
  EXPECT_TRUE(events.WaitForLost(DropReason::kWriteError, 3));
  EXPECT_THAT(FileNames(dir), IsEmpty());
}

// Holds the recorder still, in the report of its first saved hit.
class HeldRecorder {
 public:
  HeldRecorder(const HitRecorderOptions& options, CollectingEvents* events,
               pipeline::Hub* hub) {
    HitRecorderEvents held = events->Events();
    held.saved = [this, saved = held.saved](const pipeline::Record& record) {
      saved(record);
      release_.wait();
    };
    auto started = HitRecorder::Start(options, held, hub, SystemClock());
    EXPECT_OK(started);
    recorder_ = std::move(started).value();
  }
  void Release() { release_.count_down(); }

 private:
  std::latch release_{1};
  std::unique_ptr<HitRecorder> recorder_;
};

TEST(HitRecorderTest, CountsWhatALiveSourceLosesToASlowDisk) {
  const TempDir dir;
  const SourceInfo source = Source("ldm");
  HitRecorderOptions options = Options(dir);
  options.mailbox_records = 2;
  CollectingEvents events;
  pipeline::Hub hub;
  {
    HeldRecorder recorder(options, &events, &hub);
    hub.Publish(MakeHit(source, 1, 6, 8));
    ASSERT_TRUE(events.WaitForSaved(1));
    for (uint64_t train = 2; train <= 6; ++train)
      hub.Publish(MakeHit(source, train, 6, 8));
    EXPECT_EQ(events.lost(DropReason::kQueueFull), 3U);
    recorder.Release();
  }
  EXPECT_THAT(events.saved(), ElementsAre("ldm 1 0", "ldm 5 0", "ldm 6 0"));
}

TEST(HitRecorderTest, CountsWhatAShutdownLeavesNoTimeFor) {
  const TempDir dir;
  const SourceInfo source = Source("ldm");
  FakeClock clock;
  CollectingEvents events;
  pipeline::Hub hub;
  {
    auto recorder = HitRecorder::Start(Options(dir), events.Events(), &hub, clock);
    ASSERT_OK(recorder);
    hub.Publish(MakeHit(source, 1, 6, 8));
    ASSERT_TRUE(events.FlushUntilSaved(1, &clock, 10 * kNsPerMs));
    (*recorder)->BeginDrain(clock.SteadyNs());
    for (uint64_t train = 2; train <= 4; ++train) {
      hub.Publish(MakeHit(source, train, 6, 8));
    }
  }
  EXPECT_EQ(events.saved().size(), 1U);
  EXPECT_EQ(events.lost(DropReason::kShutdown), 3U);
}

TEST(HitRecorderTest, HoldsBackALosslessSource) {
  const TempDir dir;
  SourceInfo source = Source("ldm");
  source.policy = pipeline::SourcePolicy::kLossless;
  HitRecorderOptions options = Options(dir);
  options.mailbox_records = 2;
  CollectingEvents events;
  pipeline::Hub hub;
  {
    HeldRecorder recorder(options, &events, &hub);
    hub.Publish(MakeHit(source, 1, 6, 8));
    ASSERT_TRUE(events.WaitForSaved(1));
    const std::jthread publisher([&] {
      for (uint64_t train = 2; train <= 20; ++train) {
        hub.Publish(MakeHit(source, train, 6, 8));
      }
    });
    recorder.Release();
  }
  EXPECT_EQ(events.saved().size(), 20U);
  EXPECT_EQ(events.lost(DropReason::kQueueFull), 0U);
}

TEST(HitRecorderTest, RefusesOptionsOutOfRange) {
  const TempDir dir;
  pipeline::Hub hub;
  const auto refusal = [&](auto change) {
    HitRecorderOptions options = Options(dir);
    change(options);
    const auto recorder = HitRecorder::Start(options, {}, &hub, SystemClock());
    EXPECT_EQ(recorder.status().code(), StatusCode::kInvalidArgument);
    return recorder.status().message();
  };
  EXPECT_THAT(refusal([](auto& o) { o.run = "a/b"; }), HasSubstr("was \"a/b\""));
  EXPECT_THAT(refusal([](auto& o) { o.run = ""; }), HasSubstr("recorder.run"));
  EXPECT_THAT(refusal([](auto& o) { o.max_file_bytes = 1; }),
              HasSubstr("recorder.max_file_bytes must be 1048576..1099511627776; was 1"));
  EXPECT_THAT(refusal([](auto& o) { o.min_free_bytes = -1; }), HasSubstr("was -1"));
  EXPECT_THAT(refusal([](auto& o) { o.flush_interval_ms = 9; }), HasSubstr("was 9"));
  EXPECT_THAT(refusal([](auto& o) { o.index_interval_ms = 0; }), HasSubstr("was 0"));
  EXPECT_THAT(refusal([](auto& o) { o.retry_interval_ms = 99; }), HasSubstr("was 99"));
  EXPECT_THAT(refusal([](auto& o) { o.mailbox_records = 0; }), HasSubstr("was 0"));
  EXPECT_EQ(hub.subscribers(), 0U);
}

TEST(HitRecorderTest, RefusesAFolderItCannotMake) {
  const TempDir dir;
  std::ofstream(dir.File("in the way"));
  HitRecorderOptions options = Options(dir);
  options.folder = dir.File("in the way/hits");
  pipeline::Hub hub;
  const auto recorder = HitRecorder::Start(options, {}, &hub, SystemClock());
  EXPECT_EQ(recorder.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(recorder.status().message(), HasSubstr(options.folder));
}

TEST(HitRecorderTest, HasItsFolderToItself) {
  const TempDir dir;
  pipeline::Hub hub;
  auto first = HitRecorder::Start(Options(dir), {}, &hub, SystemClock());
  ASSERT_OK(first);
  const auto second = HitRecorder::Start(Options(dir), {}, &hub, SystemClock());
  EXPECT_EQ(second.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(second.status().message(), HasSubstr("another airyd"));
  first->reset();
  EXPECT_OK(HitRecorder::Start(Options(dir), {}, &hub, SystemClock()));
}

}  // namespace
}  // namespace airy::sinks

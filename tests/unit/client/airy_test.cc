// The program `airy`, run as a user would.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <thread>
#include <vector>

#include "client/cli/result_json.h"
#include "proto/cxi/shot_file.h"
#include "server/sinks/result_json.h"
#include "tests/testing/command.h"
#include "tests/testing/records.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/test_server.h"

namespace airy::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

CommandResult Airy(const std::string& arguments) {
  return RunCommand(std::string(AIRY_PROGRAM) + " " + arguments);
}

// `airy`, running, with its output read line by line.
class RunningAiry {
 public:
  explicit RunningAiry(const std::vector<std::string>& arguments) {
    int ends[2];
    AIRY_CHECK(pipe2(ends, O_CLOEXEC) == 0);
    std::vector<char*> argv = {const_cast<char*>(AIRY_PROGRAM)};
    for (const auto& argument : arguments)
      argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    AIRY_CHECK(
        posix_spawn(&pid_, AIRY_PROGRAM, &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  ~RunningAiry() { std::fclose(output_); }
  RunningAiry(const RunningAiry&) = delete;
  RunningAiry& operator=(const RunningAiry&) = delete;

  std::string ReadLine() {
    std::string line;
    for (int c = std::fgetc(output_); c != EOF && c != '\n'; c = std::fgetc(output_)) {
      line += static_cast<char>(c);
    }
    return line;
  }
  void Signal(int signal) const { kill(pid_, signal); }
  // Reads the rest and gives the exit code, or minus the signal that ended it.
  int Wait() {
    while (std::fgetc(output_) != EOF) {
    }
    int status = 0;
    AIRY_CHECK(waitpid(pid_, &status, 0) == pid_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  FILE* output_ = nullptr;
};

// Publishes one hit, miss and drop after the other as long as it lives.
class Beam {
 public:
  explicit Beam(pipeline::Hub* hub)
      : thread_([hub](const std::stop_token& stop) {
          for (uint64_t id = 1; !stop.stop_requested(); ++id) {
            hub->Publish(Share(MakeHit(id)));
            hub->Publish(Share(MakeMiss(id)));
            hub->Publish(Share(MakeDrop(id, "cam2")));
            std::this_thread::yield();
          }
        }) {}

 private:
  std::jthread thread_;
};

class AiryTest : public ::testing::Test {
 protected:
  std::string Server() const { return " --server " + server_.address() + " "; }
  std::string Picture(const std::string& name, int value, int edge = 300) {
    EXPECT_TRUE(cv::imwrite(folder_.File(name),
                            cv::Mat(edge, edge, CV_16UC1, cv::Scalar(value))));
    return folder_.File(name);
  }
  std::string Shots(const std::string& name, int count) {
    cxi::ShotWriterOptions options;
    options.info = {.shots = count, .rows = 240, .cols = 230, .type = PixelType::kUint16};
    auto writer = cxi::ShotWriter::Create(folder_.File(name), options);
    AIRY_CHECK(writer.ok());
    for (int shot = 0; shot < count; ++shot) {
      const std::vector<uint16_t> pixels(240 * 230, static_cast<uint16_t>(shot));
      EXPECT_OK((*writer)->Append(pixels.data(), {}, {}));
    }
    EXPECT_OK((*writer)->Close());
    return folder_.File(name);
  }

  TestServer server_;
  TempDir folder_;
};

TEST_F(AiryTest, ClassifyPrintsARowPerImage) {
  const std::string bright = Picture("bright.png", 80);
  const std::string dark = Picture("dark.tiff", 10);
  const auto result = Airy("classify" + Server() + bright + " " + dark);
  EXPECT_EQ(result.exit_code, 0);
  ASSERT_THAT(result.lines, SizeIs(4));
  EXPECT_EQ(result.lines[0], "model fake 7 aaaaaaaaaaaa");
  EXPECT_THAT(result.lines[2],
              AllOf(HasSubstr(bright + "[0]"), HasSubstr("round"), HasSubstr("0.80")));
  EXPECT_THAT(result.lines[3],
              AllOf(HasSubstr(dark + "[0]"), HasSubstr(" - "), HasSubstr("0.10")));
}

TEST_F(AiryTest, ClassifyJsonHasEveryShotOfAFileInOrder) {
  const std::string path = Shots("run.cxi", 70);  // more than one request's worth
  const auto result = Airy("classify --json --counts-scale 0.5" + Server() + path);
  EXPECT_EQ(result.exit_code, 0);
  ASSERT_THAT(result.lines, SizeIs(70));
  for (size_t i = 0; i < 70; ++i) {
    const json row = json::parse(result.lines[i]);
    EXPECT_EQ(row.at("file"), path);
    EXPECT_EQ(row.at("index"), i);
    EXPECT_NEAR(row.at("probabilities").at("bent").get<double>(),
                0.005 * static_cast<double>(i), 1e-6);
    EXPECT_EQ(row.at("model").at("name"), "fake");
  }
}

TEST_F(AiryTest, ClassifyTakesOneImageOfAFile) {
  const std::string path = Shots("run.cxi", 5);
  const auto result =
      Airy("classify --json --index 3" + Server() + path + ":/entry_1/data_1/data");
  ASSERT_THAT(result.lines, SizeIs(1));
  EXPECT_EQ(json::parse(result.lines[0]).at("index"), 3);
  const auto beyond = Airy("classify --index 5" + Server() + path);
  EXPECT_EQ(beyond.exit_code, 1);
  EXPECT_THAT(beyond.lines, ElementsAre(HasSubstr("--index must be 0..4; was 5")));
}

TEST_F(AiryTest, ClassifyTakesAFolderFileByFile) {
  Picture("shot_10.png", 80);
  Picture("shot_9.png", 80);
  const std::string colour = folder_.File("shot_8.png");
  ASSERT_TRUE(cv::imwrite(colour, cv::Mat(9, 9, CV_8UC3, cv::Scalar(1, 2, 3))));
  const auto result = Airy("classify --json" + Server() + folder_.path().string());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.lines,
              ElementsAre(HasSubstr("shot_8.png: must be a grey PNG"),
                          HasSubstr("shot_9.png\""), HasSubstr("shot_10.png\"")));
}

TEST_F(AiryTest, ClassifyReportsABadFileAndGoesOn) {
  const std::string good = Picture("good.png", 80);
  const auto result = Airy("classify --json" + Server() + "/nowhere.png " + good);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.lines, Contains(HasSubstr("NOT_FOUND: /nowhere.png")));
  EXPECT_THAT(result.lines, Contains(HasSubstr("\"file\":\"" + good)));
}

TEST_F(AiryTest, ClassifyPassesTheServersRefusalOn) {
  server_.queue.FailWith(Internal("the device failed"));
  const auto result = Airy("classify" + Server() + Picture("a.png", 1));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.lines, ElementsAre(HasSubstr("the device failed")));
}

TEST_F(AiryTest, WrongCommandLinesExitWith2AndSayWhy) {
  struct Case {
    const char* arguments;
    const char* said;
  };
  for (const Case& c :
       std::vector<Case>{{"", "classify"},
                         {"frobnicate", "frobnicate"},
                         {"classify", "FILE"},
                         {"classify a.png --counts-scale 0", "counts-scale"},
                         {"classify a.png --index x", "--index"},
                         {"watch --class sphere", "sphere"},
                         {"watch --min-probability 2", "min-probability"},
                         {"classify a.png --counts-scale nan", "be in (0, 1e6]; was nan"},
                         {"watch --min-probability nan", "be in 0..1; was nan"},
                         {"watch --count 0", "--count: must be 1 or more; was 0"},
                         {"watch --count many", "--count"},
                         {"watch --seconds -1", "--seconds: must be in (0, 1e9]; was -1"},
                         {"watch --timeout 0", "--timeout: must be in (0, 1e6]; was 0"},
                         {"watch --unknown", "--unknown"}}) {
    const auto result = Airy(c.arguments);
    EXPECT_EQ(result.exit_code, 2) << c.arguments;
    EXPECT_THAT(result.lines, Contains(HasSubstr(c.said))) << c.arguments;
  }
}

TEST_F(AiryTest, HelpTeachesAndExitsWith0) {
  const auto help = Airy("--help");
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.lines, Contains(HasSubstr("airy classify shot.tiff")));
  EXPECT_THAT(help.lines, Contains(HasSubstr("Exit codes")));
  EXPECT_EQ(Airy("watch --help").exit_code, 0);
  EXPECT_EQ(Airy("--version").exit_code, 0);
}

TEST_F(AiryTest, NoServerIsExit3) {
  EXPECT_EQ(Airy("classify --server 127.0.0.1:1 --timeout 0.2 " + Picture("a.png", 1))
                .exit_code,
            3);
  const auto watch = Airy("watch --timeout 0.2 --server 127.0.0.1:1");
  EXPECT_EQ(watch.exit_code, 3);
  EXPECT_THAT(watch.lines, ElementsAre(HasSubstr("no airyd answered at 127.0.0.1:1")));
}

TEST_F(AiryTest, ClassifyReadsAFileBeforeItLooksForTheServer) {
  const std::string text = folder_.File("text.png");
  std::ofstream(text) << "hello";
  const auto result =
      Airy("classify --server 127.0.0.1:1 --timeout 60 /nowhere.png " + text);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.lines, ElementsAre(HasSubstr("/nowhere.png"), HasSubstr(text)));
}

TEST_F(AiryTest, WatchJsonPrintsWhatPassesTheFilter) {
  const Beam beam(&server_.hub);
  const auto result = Airy(
      "watch --json --count 20 --hits-only --class round --class bent"
      " --min-probability 0.8 --source cam1" +
      Server());
  EXPECT_EQ(result.exit_code, 0);
  ASSERT_THAT(result.lines, SizeIs(20));
  uint64_t last = 0;
  for (const std::string& line : result.lines) {
    const json row = json::parse(line);
    EXPECT_EQ(row.at("outcome"), "classified");
    EXPECT_EQ(row.at("labels"), json::array({"round"}));
    EXPECT_GT(row.at("train_id").get<uint64_t>(), last);
    last = row.at("train_id");
  }
}

TEST_F(AiryTest, WatchWithoutATerminalPrintsLines) {
  const Beam beam(&server_.hub);
  const auto result = Airy("watch --count 300" + Server());
  EXPECT_EQ(result.exit_code, 0);
  ASSERT_THAT(result.lines, SizeIs(1));
  EXPECT_THAT(result.lines[0], AllOf(HasSubstr("frames "), HasSubstr("(300) hits "),
                                     HasSubstr("p99 63.0 ms"), HasSubstr("round "),
                                     HasSubstr("dropped preprocess/queue_full 1")));
}

TEST_F(AiryTest, WatchOnATerminalDrawsATable) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) GTEST_SKIP() << "no terminals here: /dev/pts is not mounted";
  close(terminal);
  const Beam beam(&server_.hub);
  const auto result =
      RunCommand("script --quiet --return --command '" + std::string(AIRY_PROGRAM) +
                 " watch --seconds 0.7" + Server() + "' /dev/null");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.lines, Contains(HasSubstr("newton_rings")));
  EXPECT_THAT(result.lines, Contains(HasSubstr("\x1b[17F\x1b[J"))) << "redrawn in place";
}

TEST_F(AiryTest, WatchEndsAfterItsTimeThoughNothingComes) {
  const auto result = Airy("watch --seconds 0.1" + Server());
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.lines, ElementsAre(HasSubstr("frames 0.0/s (0)")));
}

TEST_F(AiryTest, WatchEndsWellOnAnInterrupt) {
  const Beam beam(&server_.hub);
  RunningAiry watch({"watch", "--json", "--server", server_.address()});
  EXPECT_TRUE(json::accept(watch.ReadLine()));
  watch.Signal(SIGINT);
  EXPECT_EQ(watch.Wait(), 0);
}

TEST_F(AiryTest, WatchEndsWellWithTheServer) {
  auto beam = std::make_unique<Beam>(&server_.hub);
  RunningAiry watch({"watch", "--json", "--server", server_.address()});
  EXPECT_TRUE(json::accept(watch.ReadLine()));
  beam.reset();
  server_.hub.Close();
  EXPECT_EQ(watch.Wait(), 0);
}

TEST_F(AiryTest, WatchEndsWhenNobodyReadsItAnyMore) {
  const Beam beam(&server_.hub);
  const auto result =
      RunCommand(std::string(AIRY_PROGRAM) + " watch --json" + Server() + " | head -1");
  EXPECT_THAT(result.lines, SizeIs(1));
}

TEST(ResultJsonTest, NamesFieldsAsTheZmqPublisherDoes) {
  for (const pipeline::Record& record : {MakeHit(1), MakeMiss(2), MakeDrop(3)}) {
    std::string published;
    sinks::WriteResultJson(record, {}, &published);
    json zmq = json::parse(published);
    zmq.erase("sequence");  // which messages of a topic were lost: ZeroMQ's own trouble

    client::FrameResult result;
    result.source = record.id.source;
    result.train_id = record.id.train_id;
    result.pulse_id = record.id.pulse_id;
    result.detector_time_unix_ns = record.detector_time_unix_ns;
    result.arrival_unix_ns = record.arrival_unix_ns;
    result.outcome = static_cast<client::Outcome>(record.outcome);
    result.hit = record.hit.is_hit;
    result.lit_pixels = record.hit.lit_pixels;
    result.prediction.probabilities = record.probabilities;
    result.prediction.labels = {"round"};
    result.model = {.name = "fake", .version = "7", .sha256 = std::string(64, 'a')};
    result.drop_stage = "preprocess";
    result.drop_reason = "queue_full";
    json cli = json::parse(cli::ToJson(result));
    EXPECT_EQ(zmq.at("stage_s").size(), cli.at("stage_s").size());
    for (const auto& [stage, seconds] : zmq.at("stage_s").items()) {
      EXPECT_TRUE(cli.at("stage_s").contains(stage)) << stage;
    }
    zmq.erase("stage_s");
    cli.erase("stage_s");
    if (zmq.contains("probabilities")) {
      for (const auto& [name, probability] : zmq.at("probabilities").items()) {
        EXPECT_FLOAT_EQ(cli.at("probabilities").at(name).get<float>(),
                        probability.get<float>());
      }
      zmq.erase("probabilities");
      cli.erase("probabilities");
    }
    EXPECT_EQ(cli, zmq);
  }
}

}  // namespace
}  // namespace airy::testing

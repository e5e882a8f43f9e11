#include "server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/testing/child_process.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::server {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ConfigTest : public ::testing::Test {
 protected:
  std::string Toml(const std::string& text) {
    const std::string path = dir_.File("airy.toml");
    std::ofstream(path) << text;
    return path;
  }
  // The problems of a configuration file, one line each, with the folder left out.
  std::vector<std::string> Problems(const ConfigInputs& inputs,
                                    Check check = Check::kValues) {
    const auto loaded = LoadConfig(inputs, check);
    std::vector<std::string> lines;
    std::istringstream message(loaded.status().message());
    for (std::string line; std::getline(message, line);) {
      const std::string folder = dir_.path().string() + "/";
      for (size_t at; (at = line.find(folder)) != std::string::npos;) {
        line.erase(at, folder.size());
      }
      lines.push_back(line);
    }
    return lines;
  }
  std::vector<std::string> ProblemsOf(const std::string& toml) {
    return Problems({.file = Toml(toml), .environment = {}, .assignments = {}});
  }

  testing::TempDir dir_;
};

TEST_F(ConfigTest, NothingSetMeansTheDemo) {
  const auto loaded = LoadConfig({});
  ASSERT_OK(loaded);
  const Config& config = loaded->config;
  ASSERT_EQ(config.sources.size(), 1U);
  const auto& source = config.sources.at("demo");
  EXPECT_EQ(source.zmq.endpoint, "tcp://127.0.0.1:45000");
  EXPECT_EQ(source.zmq.type, ingest::SocketType::kSub);
  EXPECT_EQ(source.zmq.high_water_mark, 240);
  EXPECT_EQ(source.zmq.name, "demo");
  EXPECT_EQ(config.grpc.address, "127.0.0.1:50051");
  EXPECT_EQ(config.web.address, "127.0.0.1:8080");
  EXPECT_EQ(config.publisher.endpoint, "tcp://127.0.0.1:45001");
  EXPECT_EQ(config.server.shutdown_budget_ms, 10'000);
  EXPECT_TRUE(loaded->origins.empty());
}

TEST_F(ConfigTest, AnEmptyFileIsAConfiguration) {
  EXPECT_OK(LoadConfig({.file = Toml(""), .environment = {}, .assignments = {}}));
}

TEST_F(ConfigTest, ALaterInputWins) {
  ConfigInputs inputs;
  inputs.file = Toml("[batch]\nmax_size = 2\nmax_delay_us = 3\nframe_capacity = 4\n");
  inputs.environment = {"HOME=/root", "AIRY_BATCH__MAX_DELAY_US=30",
                        "AIRY_BATCH__FRAME_CAPACITY=40", "AIRY_CACHE=x"};
  inputs.assignments = {"batch.frame_capacity=400"};
  const auto loaded = LoadConfig(inputs);
  ASSERT_OK(loaded);
  EXPECT_EQ(loaded->config.pipeline.batch.max_size, 2);
  EXPECT_EQ(loaded->config.pipeline.batch.max_delay_us, 30);
  EXPECT_EQ(loaded->config.pipeline.batch.frame_capacity, 400);
  EXPECT_THAT(loaded->origins.at("batch.max_size"),
              ::testing::EndsWith("airy.toml:2:12"));
  EXPECT_EQ(loaded->origins.at("batch.max_delay_us"), "AIRY_BATCH__MAX_DELAY_US");
  EXPECT_EQ(loaded->origins.at("batch.frame_capacity"), "--set batch.frame_capacity=400");
}

TEST_F(ConfigTest, SourcesAreTheTablesOfThatName) {
  const auto loaded = LoadConfig(
      {.file = Toml("[source.jf]\ntype = \"pull\"\npolicy = \"lossless\"\n"
                    "endpoint = \"tcp://10.0.0.1:1\"\naxes = \"fmyx\"\n"
                    "pixel_type = \"uint16\"\ncentre_row = 511.5\n[source.cam]\n"),
       .environment = {"AIRY_SOURCE__CAM__THRESHOLD_COUNTS=7"},
       .assignments = {"source.cam.key=data.image"}});
  ASSERT_OK(loaded);
  const auto& sources = loaded->config.sources;
  ASSERT_EQ(sources.size(), 2U);
  EXPECT_EQ(sources.at("jf").zmq.type, ingest::SocketType::kPull);
  EXPECT_EQ(sources.at("jf").zmq.policy, pipeline::SourcePolicy::kLossless);
  EXPECT_EQ(sources.at("jf").zmq.decoder.axes, "fmyx");
  EXPECT_EQ(sources.at("jf").zmq.decoder.expected_type, PixelType::kUint16);
  EXPECT_EQ(sources.at("jf").rescale.centre_row, 511.5);
  EXPECT_EQ(sources.at("cam").hit_finder.threshold_counts, 7);
  EXPECT_EQ(sources.at("cam").zmq.decoder.key, "data.image");
  EXPECT_FALSE(sources.at("cam").rescale.centre_row);
}

TEST_F(ConfigTest, TheNetworkSeesImagesUnlessMapsAreAskedFor) {
  EXPECT_FALSE(LoadConfig({}).value().config.preprocess.Ccf().has_value());
  const auto loaded = LoadConfig(
      {.file = Toml("[preprocess]\ninput = \"ccf\"\nccf_order = 6\nccf_part = "
                    "\"absolute\"\nccf_scaling = \"maximum\"\nccf_inner_radius_px = 9"),
       .environment = {},
       .assignments = {}});
  ASSERT_OK(loaded);
  EXPECT_EQ(transform::DescribeInput(loaded->config.preprocess.Ccf()),
            "ccf (order 6, part absolute, scaling maximum, inner radius 9 px)");
  EXPECT_THAT(ProblemsOf("[preprocess]\ninput = \"map\"\nccf_order = 180\n"),
              ::testing::UnorderedElementsAre(
                  "preprocess.input must be \"image\" or \"ccf\"; was \"map\" "
                  "(airy.toml:2:9)",
                  "preprocess.ccf_order must be 1..179; was 180 (airy.toml:3:13)"));
}

TEST_F(ConfigTest, TellsEveryProblemAtOnceWithItsPlace) {
  ConfigInputs inputs;
  inputs.file = Toml(
      "[batch]\n"
      "max_size = 0\n"
      "max_sise = 8\n"
      "[bach]\n"
      "max_size = 1\n"
      "[engine]\n"
      "dtype = \"fp16\"\n"
      "device = 7\n"
      "[source.demo]\n"
      "bind = \"yes\"\n"
      "threshold_counts = [1, 2]\n");
  inputs.environment = {"AIRY_LOG__LEVEL=loud"};
  inputs.assignments = {"web.threads=65", "web.threads"};
  EXPECT_THAT(
      Problems(inputs),
      ::testing::UnorderedElementsAre(
          "batch.max_size must be 1..512; was 0 (airy.toml:2:12)",
          "unknown key batch.max_sise (airy.toml:3:12); did you mean batch.max_size?",
          "unknown section bach (airy.toml:4:1); did you mean batch?",
          "engine.dtype must be \"auto\", \"fp32\" or \"bf16\"; was \"fp16\" "
          "(airy.toml:7:9)",
          "engine.device must be \"auto\", \"cpu\" or \"cuda:N\"; was 7 (airy.toml:8:10)",
          "source.demo.bind must be true or false; was \"yes\" (airy.toml:10:8)",
          "source.demo.threshold_counts must be a word, a number, true or false; was a "
          "list or date (airy.toml:11:20)",
          "log.level must be \"debug\", \"info\", \"warn\" or \"error\"; was \"loud\" "
          "(AIRY_LOG__LEVEL)",
          "web.threads must be 1..64; was 65 (--set web.threads=65)",
          "--set takes section.key=value; was \"web.threads\""));
}

TEST_F(ConfigTest, BrokenTomlIsOneProblemWithItsPlace) {
  const auto problems = ProblemsOf("[batch]\nmax_size = = 3\n");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0], HasSubstr("not valid TOML"));
  EXPECT_THAT(problems[0], HasSubstr("airy.toml:2:"));
}

TEST_F(ConfigTest, AMissingFileIsNamed) {
  EXPECT_THAT(
      Problems({.file = "/nowhere/airy.toml", .environment = {}, .assignments = {}}),
      ElementsAre("cannot read the configuration file /nowhere/airy.toml"));
}

TEST_F(ConfigTest, AFolderIsNoConfigurationFile) {
  EXPECT_THAT(Problems({.file = "/tmp", .environment = {}, .assignments = {}}),
              ElementsAre("cannot read the configuration file /tmp: is a folder"));
}

TEST_F(ConfigTest, TellsAllProblemsOfASourceAndNoneThatFollowsFromAnother) {
  EXPECT_THAT(
      ProblemsOf("[source.a]\npolicy = \"lossless\"\naxes = \"fyxq\"\nkey = \"\"\n"
                 "pulse_id_key = \"image.data\"\n"),
      ::testing::UnorderedElementsAre(
          HasSubstr("source.a.axes must be"), HasSubstr("source.a.key must be"),
          "source.a: policy lossless needs type pull or req; was sub, whose publisher "
          "drops messages without a word (airy.toml:2:10)"));
}

TEST_F(ConfigTest, AnIntegerBeyond64BitsHidesNoOtherProblem) {
  EXPECT_THAT(ProblemsOf("[batch]\nmax_size = 99_999_999_999_999_999_999 # ?\n"
                         "max_delay_us = -99999999999999999999\n"
                         "[recorder]\nrun = 10000000000000000000\n"
                         "[web]\nthreads = 0"),
              ::testing::UnorderedElementsAre(
                  "batch.max_size must be a whole number 1..512; was 1e+20 "
                  "(airy.toml:2:12)",
                  "batch.max_delay_us must be a whole number 0..10000000; was -1e+20 "
                  "(airy.toml:3:16)",
                  HasSubstr("was 1e+19 (airy.toml:5:7)"),
                  "web.threads must be 1..64; was 0 (airy.toml:7:11)"));
}

// With what the configuration names checked too.
class NamedFilesTest : public ConfigTest {
 protected:
  std::vector<std::string> ProblemsOf(const std::string& toml) {
    const std::string checkpoint = dir_.File("weights");
    std::ofstream(checkpoint) << "x";
    return Problems(
        {.file = Toml("[engine]\ncheckpoint = \"" + checkpoint + "\"\n" + toml),
         .environment = {},
         .assignments = {}},
        Check::kValuesAndFiles);
  }
};

TEST_F(NamedFilesTest, AllThatAreMissingOrNoFilesAreTold) {
  EXPECT_THAT(
      Problems({.file = Toml("[engine]\ncheckpoint = \"/nowhere/a\"\n[source.a]\n"
                             "mask_file = \"/tmp\"\ndark_file = \"/dev/null\"\n"
                             "[web]\nthreads = 0\n"),
                .environment = {},
                .assignments = {"recorder.enabled=false"}},
               Check::kValuesAndFiles),
      ::testing::UnorderedElementsAre(
          "engine.checkpoint must be a file that can be read; was \"/nowhere/a\": No "
          "such "
          "file or directory (airy.toml:2:14)",
          "source.a.mask_file must be a file that can be read; was \"/tmp\": is a folder "
          "(airy.toml:4:13)",
          "source.a.dark_file must be a file that can be read; was \"/dev/null\": is no "
          "regular file (airy.toml:5:13)",
          "web.threads must be 1..64; was 0 (airy.toml:7:11)"));
}

// Root may read everything, so a child that has become nobody looks.
TEST_F(NamedFilesTest, AFileNobodyMayReadIsTold) {
  constexpr uid_t kNobody = 65534;
  if (geteuid() == 0) {
    ASSERT_EQ(chown(dir_.path().c_str(), kNobody, kNobody), 0);
  }
  airy::testing::ChildProcess child([&](const auto& /*tell*/) {
    if (geteuid() == 0 && setuid(kNobody) != 0) return 2;
    const std::string dark = dir_.File("dark.h5");
    std::ofstream(dark) << "x";
    std::filesystem::permissions(dark, std::filesystem::perms::none);
    EXPECT_THAT(ProblemsOf("[source.a]\ndark_file = \"" + dark +
                           "\"\n[recorder]\nenabled = false\n"),
                ElementsAre(HasSubstr("Permission denied (airy.toml:4:13)")));
    return HasFailure() ? 1 : 0;
  });
  EXPECT_EQ(child.Wait(), 0);
}

TEST_F(NamedFilesTest, ARecorderFolderIsNotMadeByTheCheck) {
  const std::string folder = dir_.File("a/b/hits");
  EXPECT_THAT(ProblemsOf("[recorder]\ndirectory = \"" + folder + "\"\n"), ElementsAre());
  EXPECT_FALSE(std::filesystem::exists(dir_.File("a")));
}

TEST_F(NamedFilesTest, ARecorderFolderBelowAFileIsTold) {
  const std::string folder = dir_.File("plain/hits");
  std::ofstream(dir_.File("plain")) << "x";
  EXPECT_THAT(ProblemsOf("[recorder]\ndirectory = \"" + folder + "\"\n"),
              ElementsAre(AllOf(
                  HasSubstr("recorder.directory must be a folder that is "
                            "writable or can be made"),
                  HasSubstr("was \"plain/hits\": plain is no folder (airy.toml:4:13)"))));
}

TEST_F(NamedFilesTest, ARecorderThatIsOffNeedsNoFolder) {
  EXPECT_THAT(ProblemsOf("[recorder]\nenabled = false\ndirectory = \"/dev/null/x\"\n"),
              ElementsAre());
}

struct Refused {
  const char* toml;
  const char* problem;
};
class RefusedTest : public ConfigTest, public ::testing::WithParamInterface<Refused> {};

TEST_P(RefusedTest, WithOneClearProblem) {
  EXPECT_THAT(ProblemsOf(GetParam().toml), ElementsAre(HasSubstr(GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(
    ConfigTest, RefusedTest,
    ::testing::Values(
        Refused{"[batch]\nmax_size = 8.0\n",
                "batch.max_size must be a whole number 1..512; was 8.0"},
        Refused{"[batch]\nmax_size = 99999999999\n", "was 99999999999"},
        Refused{"source.a = {key = \"\u00b5\u00b5\u00b5\", receive_timeout_ms = "
                "99999999999999999999}\n",
                "10..3600000; was 1e+20 (airy.toml:1:"},
        Refused{"[batch]\nmax_delay_us = -1\n", "must be 0..10000000; was -1"},
        Refused{"[source.a]\ncounts_scale = 0\n", "must be 1e-06..1e+06; was 0"},
        Refused{"[source.a]\ncounts_scale = nan\n", "must be 1e-06..1e+06; was nan"},
        Refused{"[source.a]\ncentre_row = \"left\"\n",
                "must be 0..65535 or \"middle\"; was \"left\""},
        Refused{"[source.a]\npolicy = \"lossless\"\n",
                "source.a: policy lossless needs type pull or req"},
        Refused{
            "[source.a]\naxes = \"fyz\"\n",
            "source.a.axes must be letters of \"fmgyx\", none twice, with y and x; was "
            "\"fyz\" (airy.toml:2:8)"},
        Refused{"[source.a]\nkey = \"\"\n",
                "source.a.key must be a path, not \"\"; was \"\" (airy.toml:2:7)"},
        Refused{"[source.a]\npulse_id_key = \"image.data\"\n",
                "source.a: pulse_id_key must differ from key; both were \"image.data\" "
                "(airy.toml:2:16)"},
        Refused{"[source.a]\ntype = \"dealer\"\npolicy = \"lossless\"\n",
                "source.a.type must be \"sub\", \"pull\" or \"req\"; was \"dealer\""},
        Refused{"[grpc]\nlisten = \"0.0.0.0:1\"\n[server]\nallow_remote = 1\n",
                "server.allow_remote must be true or false; was 1"},
        Refused{"[source.a]\nendpoint = \"127.0.0.1:1\"\n",
                "source.a.endpoint must be tcp://host:port or ipc://path; was "
                "\"127.0.0.1:1\""},
        Refused{"[source.a]\nendpoint = \"tcp://\"\n", "was \"tcp://\" (airy.toml:2:12)"},
        Refused{"[source.a]\nendpoint = \"tcp://nohost\"\n", "was \"tcp://nohost\""},
        Refused{"[source.a]\nendpoint = \"tcp://:1\"\n", "was \"tcp://:1\""},
        Refused{"[source.a]\nendpoint = \"tcp://h:65536\"\n", "was \"tcp://h:65536\""},
        Refused{"[publisher]\nendpoint = \"ipc://\"\n", "was \"ipc://\""},
        Refused{
            "[source.a]\nendpoint = \"tcp://127.0.0.1:*\"\n",
            "source.a.endpoint must name a host and a port 1..65535 to connect to; was "
            "\"tcp://127.0.0.1:*\" (airy.toml:2:12)"},
        Refused{"[source.a]\nprotocol = \"karabo\"\n",
                "must be \"karabo-bridge\"; was \"karabo\""},
        Refused{"[source.a]\nmask_dataset = \"/mask\"\n",
                "source.a.mask_dataset needs source.a.mask_file"},
        Refused{"[source.\"A b\"]\nkey = \"x\"\n",
                "1..32 of a-z, 0-9, _ and -; was \"A b\""},
        Refused{"[grpc]\nlisten = \"0.0.0.0:50051\"\n",
                "grpc.listen must be on this machine (127.0.0.1, localhost or [::1]) "
                "unless server.allow_remote = true; was \"0.0.0.0:50051\""},
        Refused{"[publisher]\nendpoint = \"tcp://*:45001\"\n",
                "publisher.endpoint must be on this machine"},
        Refused{"[source.a]\nbind = true\nendpoint = \"tcp://0.0.0.0:1\"\n",
                "source.a.endpoint must be on this machine"},
        Refused{"[grpc]\nlisten = \"localhost:70000\"\n", "port 0..65535"},
        Refused{"[grpc]\nlisten = \"127.0.0.1:8080\"\n",
                "web.listen must differ from grpc.listen"},
        Refused{"[grpc]\nmax_message_bytes = 4096\nmax_memory_bytes = 2048\n",
                "at least grpc.max_message_bytes (4096); was 2048"},
        Refused{"[grpc]\nmax_images = 257\n",
                "grpc.max_images must be at most batch.request_capacity (256), or a full "
                "request never fits; was 257 (airy.toml:2:14)"},
        Refused{"[batch]\nrequest_capacity = 100\n",
                "(100), or a full request never fits; was 256 (airy.toml:2:20)"},
        Refused{"colour = 3\n", "unknown key colour"},
        Refused{"[source.a]\nthreshold = 3\n",
                "did you mean source.a.threshold_counts?"}));

TEST_F(ConfigTest, RemoteAddressesAreFineWhenAllowed) {
  EXPECT_TRUE(ProblemsOf("[server]\nallow_remote = true\n[grpc]\nlisten = "
                         "\"0.0.0.0:50051\"\n")
                  .empty());
}

TEST_F(ConfigTest, AConnectingSourceMayBeAnywhere) {
  EXPECT_TRUE(ProblemsOf("[source.a]\nendpoint = \"tcp://10.1.2.3:45000\"\n").empty());
}

TEST_F(ConfigTest, PortZeroMayBeAskedForTwice) {
  EXPECT_TRUE(
      ProblemsOf("[grpc]\nlisten=\"127.0.0.1:0\"\n[web]\nlisten=\"127.0.0.1:0\"\n")
          .empty());
}

TEST_F(ConfigTest, WhatIsPrintedCanBeReadAgain) {
  ConfigInputs inputs;
  inputs.file = Toml("[source.jf]\ncounts_scale = 0.25\nkey = \"a\\\\b\\\"c\"\n");
  inputs.assignments = {"batch.max_size=3"};
  const auto first = LoadConfig(inputs);
  ASSERT_OK(first);
  const std::string printed = PrintConfig(*first);
  EXPECT_THAT(printed, HasSubstr("batch.max_size = 3  # --set batch.max_size=3\n"));
  EXPECT_THAT(printed, HasSubstr("source.jf.counts_scale = 0.25  # "));
  EXPECT_THAT(printed, HasSubstr("web.threads = 2  # default\n"));

  const auto second =
      LoadConfig({.file = Toml(printed), .environment = {}, .assignments = {}});
  ASSERT_OK(second);
  const auto values = [](const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
      lines.push_back(line.substr(0, line.find("  # ")));
    }
    return lines;
  };
  EXPECT_EQ(values(PrintConfig(*second)), values(printed));
}

TEST_F(ConfigTest, TheShippedFileSpellsOutEveryDefault) {
  const std::string path = SOURCE_DIR "/deploy/airy.toml";
  const auto shipped = LoadConfig({.file = path, .environment = {}, .assignments = {}});
  ASSERT_OK(shipped);
  const auto builtin = LoadConfig({});
  std::istringstream expected(PrintConfig(*builtin));
  for (std::string line; std::getline(expected, line);) {
    const std::string setting = line.substr(0, line.find("  # "));
    const std::string key = setting.substr(0, setting.find(' '));
    EXPECT_THAT(PrintConfig(*shipped), HasSubstr(setting + "  # "));
    EXPECT_TRUE(shipped->origins.count(key)) << key << " is not in deploy/airy.toml";
  }
}

TEST_F(ConfigTest, TheReferenceHasEveryKeyAndAMeaning) {
  const std::string reference = ConfigReference();
  std::istringstream printed(PrintConfig(LoadConfig({}).value()));
  for (std::string line; std::getline(printed, line);) {
    std::string key = line.substr(0, line.find(' '));
    if (key.starts_with("source.demo.")) key.replace(7, 4, "NAME");
    EXPECT_THAT(reference, HasSubstr("| `" + key + "` | "));
  }
  EXPECT_THAT(reference, Not(HasSubstr("|  |\n")));
}

}  // namespace
}  // namespace airy::server

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "model/dataset.h"
#include "preprocess/frame/label_rules.h"
#include "tests/testing/status.h"

namespace airy::trainer {

// The sets of these tests have no more.
inline constexpr const char kTwoClasses[] = " --allow-missing-classes";

struct Ended {
  int exit_code = -1;
  std::string output;  // stdout and stderr
};

inline Ended Shell(const std::string& command) {
  Ended ended;
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  char chunk[4096];
  while (const size_t n = std::fread(chunk, 1, sizeof chunk, pipe)) {
    ended.output.append(chunk, n);
  }
  const int status = pclose(pipe);
  ended.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

// The real program in a folder of its own.
class AiryTrainerTest : public ::testing::Test {
 protected:
  AiryTrainerTest()
      : folder_(
            (std::filesystem::temp_directory_path() / "airy_trainer_XXXXXX").string()) {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~AiryTrainerTest() override { std::filesystem::remove_all(folder_); }

  std::string File(const std::string& name) const { return folder_ + "/" + name; }
  static Ended Trainer(const std::string& arguments) {
    return Shell(std::string("OMP_NUM_THREADS=1 ") + AIRY_TRAINER + " " + arguments);
  }

  // Stripes across or along, labelled streak, or oblate and round.
  std::string WriteStripes(int count, float counts = 400) const {
    model::Dataset dataset("stripes");
    std::vector<float> pixels(size_t{kInputSize} * kInputSize);
    for (int i = 0; i < count; ++i) {
      for (size_t p = 0; p < pixels.size(); ++p) {
        pixels[p] = p / 16 % 2 == 0 ? 40.0F : static_cast<float>(i % 2) * counts;
      }
      Labels labels{};
      labels[i % 2 == 0 ? kStreak : kRound] = 1;
      labels[kSphericalOblate] = labels[kRound];
      EXPECT_OK(dataset.Add(pixels, labels));
    }
    EXPECT_OK(model::WriteDataset(File("stripes.safetensors"), dataset));
    return File("stripes.safetensors");
  }

  // One line that says `what`, exit code not 0, and no file left behind.
  void ExpectRefused(const std::string& arguments, const std::string& what) const {
    SCOPED_TRACE(arguments);
    const Ended ended = Trainer(arguments);
    EXPECT_GT(ended.exit_code, 0);
    EXPECT_THAT(ended.output, ::testing::HasSubstr(what));
    EXPECT_EQ(std::count(ended.output.begin(), ended.output.end(), '\n'), 1)
        << ended.output;
    EXPECT_FALSE(std::filesystem::exists(File("m.safetensors")));
  }

  std::string folder_;
};

}  // namespace airy::trainer

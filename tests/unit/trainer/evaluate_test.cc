#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model/dataset.h"
#include "preprocess/frame/label_rules.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::trainer {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Ended {
  int exit_code = -1;
  std::string output;
  std::string errors;
};

// `evaluate` of the real program with the model that comes with airy.
class EvaluateTest : public ::testing::Test {
 protected:
  std::string File(const std::string& name) const { return folder_.File(name); }

  Ended Evaluate(const std::string& arguments) const {
    const std::string command = "OMP_NUM_THREADS=1 " AIRY_TRAINER " evaluate " +
                                arguments + " 2>" + File("errors") + " >" +
                                File("output");
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Content("output"),
            Content("errors")};
  }

  std::string Content(const std::string& name) const {
    std::ifstream file(File(name), std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
  }

  // Bright spots of three sizes; every third is labelled streak, the others round; the
  // second breaks a rule.
  std::string WriteSpots(int count) const {
    model::Dataset dataset("spots");
    std::vector<float> pixels(size_t{kInputSize} * kInputSize);
    for (int i = 0; i < count; ++i) {
      for (size_t p = 0; p < pixels.size(); ++p) {
        const double x = static_cast<double>(p % kInputSize) - 112;
        const double y = static_cast<double>(p / kInputSize) - 112;
        pixels[p] = x * x + y * y < 400 * (i % 3 + 1) ? 900.0F : 3.0F;
      }
      Labels labels{};
      if (i % 3 == 0) {
        labels[kProlate] = labels[kStreak] = 1;
      } else {
        labels[kSphericalOblate] = labels[kRound] = 1;
      }
      if (i == 1) labels[kSphericalOblate] = 0;
      EXPECT_OK(dataset.Add(pixels, labels));
    }
    EXPECT_OK(model::WriteDataset(File("spots.safetensors"), dataset));
    return File("spots.safetensors");
  }

  const testing::TempDir folder_;
};

TEST_F(EvaluateTest, JsonHoldsTogetherAndLabelsThatBreakARuleAreMeasuredWithAWarning) {
  const Ended ended = Evaluate("--data " + WriteSpots(4) +
                               " --model " AIRY_MODEL "," AIRY_MODEL " --json");
  ASSERT_EQ(ended.exit_code, 0) << ended.errors;
  EXPECT_THAT(ended.errors, HasSubstr("classifying shots 4 of 4"));
  EXPECT_THAT(ended.errors,
              HasSubstr("warning: labels of 1 of 4 shots break the rules of the classes; "
                        "the first is shot 1, labelled round, but round needs "
                        "spherical_oblate\n"));
  const std::string check =
      "/usr/bin/python3 " AIRY_READ_EVALUATION " 4 2 < " + File("output");
  EXPECT_EQ(std::system(check.c_str()), 0) << ended.output;
}

TEST_F(EvaluateTest, RefusesAMissingModelBeforeItReadsShots) {
  const Ended ended = Evaluate("--data " + WriteSpots(3) + " --model " AIRY_MODEL "," +
                               File("none.safetensors"));
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_EQ(ended.output, "");
  EXPECT_THAT(ended.errors, HasSubstr("none.safetensors"));
  EXPECT_THAT(ended.errors, Not(HasSubstr("classifying")));
}

#if AIRY_TRAINER_DRAWS
TEST_F(EvaluateTest, DrawsPlotsAndTheTrainingFromTheLogBesideTheModel) {
  std::filesystem::create_symlink(AIRY_MODEL, File("m.safetensors"));
  std::ofstream(File("m.log.jsonl"))
      << R"({"epoch":1,"train_loss":0.4,"validation_loss":0.5,"learning_rate":0.1})"
         "\n"
      << R"({"epoch":2,"train_loss":0.2,"validation_loss":0.4,"learning_rate":0.05})"
         "\n";
  const std::string shots = WriteSpots(3);
  const Ended ended = Evaluate("--data " + shots + " --model " + File("m.safetensors") +
                               " --plots " + File("plots/new"));
  ASSERT_EQ(ended.exit_code, 0) << ended.errors;
  EXPECT_THAT(ended.output, StartsWith("3 images: spots\n"));
  for (const char* name :
       {"precision-recall.png", "calibration.png", "combinations.png", "training.png"}) {
    EXPECT_THAT(Content("plots/new/" + std::string(name)),
                StartsWith("\x89PNG\r\n\x1a\n"))
        << name;
  }
  EXPECT_EQ(Evaluate("--data " + shots + " --model a,b --plots p").errors,
            "airy-trainer evaluate: option --plots draws one --model; were 2\n");
}
#else
TEST_F(EvaluateTest, RefusesPlotsInOneLineWhereThereIsNoOpenCv) {
  EXPECT_EQ(Evaluate("--data a --model b --plots c").errors,
            "airy-trainer evaluate: option --plots: this airy-trainer was built without "
            "OpenCV and draws none\n");
}
#endif

}  // namespace
}  // namespace airy::trainer

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <filesystem>

#include "model/dataset.h"
#include "model/safetensors.h"
#include "tests/testing/command.h"
#include "tests/testing/status.h"
#include "tests/testing/temp_dir.h"

namespace airy::trainer {
namespace {

using ::testing::HasSubstr;

// airy-trainer explain with the model that comes with airy, on stripes.
class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() {
    model::Dataset dataset("stripes");
    std::vector<float> pixels(size_t{kInputSize} * kInputSize);
    for (int i = 0; i < 4; ++i) {
      for (size_t p = 0; p < pixels.size(); ++p) {
        pixels[p] = p / (16 + static_cast<size_t>(i)) % 2 == 0 ? 40.0F : 0.0F;
      }
      model::Labels labels{};
      labels[kStreak] = 1;
      EXPECT_OK(dataset.Add(pixels, labels));
    }
    EXPECT_OK(model::WriteDataset(dir_.File("stripes.safetensors"), dataset));
  }

  static testing::CommandResult Explain(const std::string& arguments) {
    return testing::RunCommand(std::string("OMP_NUM_THREADS=1 ") + AIRY_TRAINER +
                               " explain --model " + AIRY_MODEL + " " + arguments);
  }
  testing::CommandResult ExplainStripes(const std::string& arguments) const {
    return Explain("--data " + dir_.File("stripes.safetensors") + " " + arguments);
  }
  // One line that says `what`.
  static void ExpectRefused(const testing::CommandResult& result,
                            const std::string& what) {
    EXPECT_GT(result.exit_code, 0);
    ASSERT_EQ(result.lines.size(), 1U);
    EXPECT_THAT(result.lines[0], HasSubstr(what));
  }

  testing::TempDir dir_;
};

TEST_F(ExplainTest, WritesMapsOfTheShotsAndClassesAskedFor) {
  const std::string out = dir_.File("maps");
  const auto result = ExplainStripes("--shots 3,0-1 --classes streak,round --out " + out);
  ASSERT_EQ(result.exit_code, 0) << (result.lines.empty() ? "" : result.lines.back());
  const auto file = model::ReadSafetensors(out + "/explanations.safetensors");
  ASSERT_OK(file);
  EXPECT_EQ(file->metadata.at("layer"), "stage4_block2");
  EXPECT_EQ(file->metadata.at("score"), "exp");
  std::map<std::string, std::vector<float>> values;
  std::map<std::string, std::vector<int64_t>> shapes;
  for (const model::StoredTensor& tensor : file->tensors) {
    shapes[tensor.name] = tensor.shape;
    values[tensor.name].resize(tensor.data.size() / sizeof(float));
    std::memcpy(values[tensor.name].data(), tensor.data.data(), tensor.data.size());
  }
  EXPECT_EQ(shapes["images"], (std::vector<int64_t>{3, kInputSize, kInputSize}));
  EXPECT_EQ(shapes["maps"], (std::vector<int64_t>{6, kInputSize, kInputSize}));
  EXPECT_EQ(shapes["overlays"], shapes["maps"]);
  EXPECT_EQ(shapes["raw_maps"], (std::vector<int64_t>{6, 7, 7}));
  EXPECT_EQ(values["shots"], (std::vector<float>{3, 0, 1}));
  EXPECT_EQ(values["map_shots"], (std::vector<float>{0, 0, 1, 1, 2, 2}));
  EXPECT_EQ(values["map_classes"],
            (std::vector<float>{kStreak, kRound, kStreak, kRound, kStreak, kRound}));
  for (size_t i = 0; i < values["maps"].size(); ++i) {
    ASSERT_LE(values["overlays"][i], std::max(0.0F, values["maps"][i]) + 1e-6F);
  }
  EXPECT_EQ(std::filesystem::exists(out + "/shot_000003.png"), AIRY_TRAINER_DRAWS);
}

TEST_F(ExplainTest, WritesArraysAloneIntoAFile) {
  const std::string out = dir_.File("maps.safetensors");
  const auto result = ExplainStripes(
      "--shots 2 --classes all --layer stage3_block1 --score sigmoid --method plain "
      "--activation relu --out " +
      out);
  ASSERT_EQ(result.exit_code, 0) << (result.lines.empty() ? "" : result.lines.back());
  const auto file = model::ReadSafetensors(out);
  ASSERT_OK(file);
  EXPECT_EQ(file->metadata.at("layer"), "stage3_block1");
  EXPECT_EQ(file->metadata.at("method"), "plain");
}

TEST_F(ExplainTest, MapsOfTheModelThatComesWithAiryLieOnTheLineThatTheAxisDraws) {
  const auto result = Explain("--locus --simulate 71:60 --balance 1");
  ASSERT_EQ(result.exit_code, 0) << (result.lines.empty() ? "" : result.lines.back());
  ASSERT_GE(result.lines.size(), 4U);
  EXPECT_THAT(result.lines[result.lines.size() - 4], HasSubstr("95 % interval"));
  int shots = 0, recognised = 0;
  double on_line = 0, turned = 0, ratio = 0, low = 0, high = 0;
  ASSERT_EQ(std::sscanf(result.lines.back().c_str(), "either %d %d %lf %lf %lf %lf..%lf",
                        &shots, &recognised, &on_line, &turned, &ratio, &low, &high),
            7)
      << result.lines.back();
  EXPECT_GT(shots, 10);
  EXPECT_GT(on_line, turned);
  EXPECT_GT(low, 1) << result.lines.back();
}

TEST_F(ExplainTest, RefusesMistakesInOneLine) {
  const std::string out = " --out " + dir_.File("maps");
  ExpectRefused(ExplainStripes(""), "--out FOLDER or FILE is missing");
  ExpectRefused(ExplainStripes("--out " + dir_.File("maps.png")),
                "--out must be a folder or a .safetensors file");
  ExpectRefused(ExplainStripes("--shots 2-4" + out), "in 0..3 such as 0,3,10-20");
  ExpectRefused(ExplainStripes("--classes round,bend" + out), "was 'round,bend'");
  ExpectRefused(ExplainStripes("--layer stage5" + out), "stage4_block2; was 'stage5'");
  ExpectRefused(ExplainStripes("--score logit" + out), "must be exp or sigmoid");
  ExpectRefused(ExplainStripes("--locus"), "--locus needs --simulate");
  EXPECT_FALSE(std::filesystem::exists(dir_.File("maps")));
}

}  // namespace
}  // namespace airy::trainer

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "model/checkpoint.h"
#include "model/dataset.h"
#include "model/metrics.h"
#include "model/torch_engine.h"
#include "tests/testing/status.h"
#include "tests/unit/transform/ccf_pattern.h"

namespace airy::trainer {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The sets of these tests have no more.
constexpr const char kTwoClasses[] = " --allow-missing-classes";

struct Ended {
  int exit_code = -1;
  std::string output;  // stdout and stderr
};

Ended Shell(const std::string& command) {
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
  std::string WriteStripes(int count) const {
    model::Dataset dataset("stripes");
    std::vector<float> pixels(size_t{kInputSize} * kInputSize);
    for (int i = 0; i < count; ++i) {
      for (size_t p = 0; p < pixels.size(); ++p) {
        pixels[p] = p / 16 % 2 == 0 ? 40.0F : static_cast<float>(i % 2) * 400.0F;
      }
      model::Labels labels{};
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
    EXPECT_THAT(ended.output, HasSubstr(what));
    EXPECT_EQ(std::count(ended.output.begin(), ended.output.end(), '\n'), 1)
        << ended.output;
    EXPECT_FALSE(std::filesystem::exists(File("m.safetensors")));
  }

  std::string folder_;
};

TEST_F(AiryTrainerTest, TrainsEvaluatesAndWritesWhatPythonReads) {
  const std::string shots = WriteStripes(16);
  const std::string out = File("m.safetensors");
  const Ended trained =
      Trainer("train --data " + shots + " --schedule 56:2 --batch 4 --out " + out +
              " --dtype fp32 --validation-share 0.25 --version 9" + kTwoClasses);
  ASSERT_EQ(trained.exit_code, 0) << trained.output;
  EXPECT_THAT(trained.output, HasSubstr("epoch 2/2  56 px"));
  EXPECT_THAT(trained.output, HasSubstr("Validation images; epoch, temperature"));
  EXPECT_THAT(trained.output, HasSubstr("Test images:"));
  EXPECT_THAT(trained.output, HasSubstr("constant answer"));
  EXPECT_THAT(trained.output, HasSubstr("newton_rings"));
  EXPECT_FALSE(std::filesystem::exists(out + ".state")) << "only needed to resume";

  const auto checkpoint = model::ReadCheckpoint(out);
  ASSERT_OK(checkpoint);
  EXPECT_EQ(checkpoint->info.version, "9");
  EXPECT_EQ(checkpoint->info.data, "stripes");
  EXPECT_THAT(checkpoint->info.recipe, HasSubstr("recipe modern resnet18-log"));
  EXPECT_EQ(checkpoint->info.metrics.at("test_images"), 2);
  std::ifstream log(File("m.log.jsonl"));
  int epochs = 0;
  for (std::string line; std::getline(log, line); ++epochs) {
    EXPECT_THAT(line, HasSubstr("\"epoch\":" + std::to_string(epochs + 1)));
  }
  EXPECT_EQ(epochs, 2);

  const Ended evaluated =
      Trainer("evaluate --data " + shots + " --model " + out + " --json");
  EXPECT_EQ(evaluated.exit_code, 0) << evaluated.output;
  EXPECT_THAT(evaluated.output, HasSubstr("{\"images\":16,\"data\":\"stripes\","));
  EXPECT_THAT(evaluated.output, HasSubstr("\"streak\":{\"positives\":8,"));

  const Ended python =
      Shell(std::string("/usr/bin/python3 ") + AIRY_READ_CHECKPOINT + " " + out);
  EXPECT_EQ(python.exit_code, 0) << python.output;
}

TEST_F(AiryTrainerTest, EvaluatesANetworkOfMapsOnMaps) {
  model::Dataset dataset("rings and bands");
  for (int i = 0; i < 16; ++i) {
    const Image image = transform::DropletLike(kInputSize, 0.1 * i, 20, 1);
    std::vector<float> pixels(image.pixels().begin(), image.pixels().end());
    for (size_t p = 0; i % 2 == 1 && p < pixels.size(); ++p) {
      const bool is_in_band = p % kInputSize / 16 == 6 || p % kInputSize / 16 == 7;
      pixels[p] = is_in_band ? 900.0F : 5.0F;
    }
    model::Labels labels{};
    labels[i % 2 == 0 ? kRound : kStreak] = 1;
    labels[kSphericalOblate] = labels[kRound];
    EXPECT_OK(dataset.Add(pixels, labels));
  }
  const std::string shots = File("shots.safetensors");
  EXPECT_OK(model::WriteDataset(shots, dataset));
  const std::string out = File("m.safetensors");
  const Ended trained =
      Trainer("train --data " + shots + " --out " + out +
              " --input ccf --ccf-order 4 --ccf-inner-radius 9" +
              " --schedule 56:16 --batch 4 --average 0.5 --lr 0.04" +
              " --augment none --dtype fp32 --validation-share 0 --thresholds half" +
              " --gamma-negative 0 --clip 0 --label-smoothing 0" + " --temperature one" +
              kTwoClasses);
  ASSERT_EQ(trained.exit_code, 0) << trained.output;
  model::Checkpoint checkpoint = model::ReadCheckpoint(out).value();
  EXPECT_EQ(transform::DescribeInput(checkpoint.info.ccf),
            "ccf (order 4, part real, scaling log, inner radius 9 px)");

  // What the network says of all maps, and thresholds far from all of it for any type.
  const auto engine = model::CreateTorchEngine({.checkpoint = out}).value();
  std::vector<ClassProbabilities> on_maps(16);
  for (size_t i = 0; i < on_maps.size(); ++i) {
    Image image(kInputSize, kInputSize);
    dataset.Copy(static_cast<int64_t>(i), /*symmetry=*/0, /*gain=*/1,
                 image.pixels().data());
    const Image map = transform::MapOf(image, *checkpoint.info.ccf);
    const float* const pixels[] = {map.pixels().data()};
    ASSERT_OK(engine->Run(pixels, {&on_maps[i], 1}));
  }
  int telling = 0;  // classes that tell the two kinds apart
  for (size_t c = 0; c < kClassCount; ++c) {
    float& threshold = checkpoint.info.thresholds[c];
    threshold = (on_maps[0][c] + on_maps[1][c]) / 2;
    const bool is_telling = std::ranges::none_of(
        on_maps, [&](const auto& p) { return std::fabs(p[c] - threshold) < 0.022F; });
    if (!is_telling) threshold = 1;
    telling += is_telling ? 1 : 0;
  }
  ASSERT_GT(telling, 0);

  const auto evaluate = [&] {
    EXPECT_OK(model::WriteCheckpoint(out, checkpoint));
    const Ended ended =
        Trainer("evaluate --data " + shots + " --model " + out + " --json");
    EXPECT_EQ(ended.exit_code, 0) << ended.output;
    return ended.output;
  };
  ClassProbabilities thresholds;
  std::ranges::copy(checkpoint.info.thresholds, thresholds.begin());
  const model::Metrics expected = model::Measure(on_maps, dataset.labels(), thresholds);
  char figures[80];
  std::snprintf(figures, sizeof figures,
                R"("accuracy":%.6f,"precision":%.6f,"recall":%.6f)", expected.Accuracy(),
                expected.Precision(), expected.Recall());
  const std::string evaluated = evaluate();
  EXPECT_THAT(evaluated, HasSubstr(figures));
  checkpoint.info.ccf.reset();
  EXPECT_NE(evaluate(), evaluated) << "images pass for maps";
}

TEST_F(AiryTrainerTest, GoesOnFromTheStateOfAKilledRun) {
  const std::string out = File("m.safetensors");
  const std::string arguments = "train --data " + WriteStripes(16) +
                                " --batch 4 --dtype fp32 --schedule 56:8 --out " + out +
                                " --resume" + kTwoClasses;
  // Killed as soon as the first epoch is over.
  const Ended killed =
      Shell(std::string("OMP_NUM_THREADS=1 sh -c '") + AIRY_TRAINER + " " + arguments +
            " 2>" + File("log") + " & while ! test -e " + out +
            ".state; do kill -0 $! || exit 9; done; kill -9 $!; wait $!; "
            "true'");
  ASSERT_EQ(killed.exit_code, 0) << killed.output;
  ASSERT_OK(model::ReadCheckpoint(out));  // of the best epoch so far

  const Ended other = Trainer(arguments + " --seed 2");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.output, HasSubstr("belongs to another training"));

  const Ended resumed = Trainer(arguments);
  EXPECT_EQ(resumed.exit_code, 0) << resumed.output;
  EXPECT_THAT(resumed.output, HasSubstr("epoch 8/8"));
  EXPECT_THAT(resumed.output, Not(HasSubstr("epoch 1/8")));
  EXPECT_TRUE(std::filesystem::exists(out));
  EXPECT_FALSE(std::filesystem::exists(out + ".state"));
}

TEST_F(AiryTrainerTest, LeavesWhatAStoppedOrFinishedTrainingLeft) {
  const std::string out = File("m.safetensors");
  const std::string arguments =
      "train --data " + WriteStripes(8) + " --epochs 1 --out " + out + kTwoClasses;
  std::ofstream(out + ".state") << "precious";
  const Ended stopped = Trainer(arguments);
  EXPECT_EQ(stopped.exit_code, 1);
  EXPECT_THAT(stopped.output, HasSubstr("m.safetensors.state' is of a training that was "
                                        "stopped: go on with --resume, or delete it"));
  EXPECT_TRUE(std::filesystem::exists(out + ".state"));

  std::filesystem::remove(out + ".state");
  std::ofstream(out) << "finished";
  const Ended finished = Trainer(arguments + " --resume");
  EXPECT_EQ(finished.exit_code, 0) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr("m.safetensors' is finished"));
  EXPECT_EQ(std::filesystem::file_size(out), 8U);
}

TEST_F(AiryTrainerTest, SaysWhatToLowerWhenMemoryRunsOut) {
  const Ended ended = Shell(
      "ulimit -v 2500000; OMP_NUM_THREADS=1 " + std::string(AIRY_TRAINER) +
      " train --data " + WriteStripes(80) + " --batch 60 --epochs 1 --dtype fp32 --out " +
      File("m.safetensors") + kTwoClasses);
  EXPECT_EQ(ended.exit_code, 1) << ended.output;
  EXPECT_THAT(
      ended.output,
      HasSubstr("memory of cpu ran out in epoch 1 with batches of 60 images of 224 "
                "pixels; lower the batch"));
}

TEST_F(AiryTrainerTest, PrintsThePapersMaximumAndSaysWhatItIs) {
  const Ended ended = Trainer("train --recipe paper --data " + WriteStripes(16) +
                              " --schedule 56:1 --batch 4 --dtype fp32 --out " +
                              File("m.safetensors") + kTwoClasses);
  EXPECT_EQ(ended.exit_code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("maximum over the epochs on the test images"));
  EXPECT_THAT(ended.output, Not(HasSubstr("Validation images")));
}

TEST_F(AiryTrainerTest, RendersShotsThatTrainingReads) {
  const std::string out = File("shots.safetensors");
  const Ended rendered = Trainer("render --simulate 7:2 --balance 1 --out " + out);
  ASSERT_EQ(rendered.exit_code, 0) << rendered.output;
  const auto shots = model::ReadDataset(out);
  ASSERT_OK(shots);
  EXPECT_EQ(shots->size(), 2);
  EXPECT_THAT(shots->description(), HasSubstr("seed 7 shots 2"));
  EXPECT_GT(shots->MeanCount(0), 0.0F);
}

TEST_F(AiryTrainerTest, RefusesMistakesInOneLine) {
  const std::string shots = WriteStripes(8);
  const std::string base =
      "train --data " + shots + " --out " + File("m.safetensors") + kTwoClasses;
  ExpectRefused(
      "", "the first word must be train, evaluate, explain, render, pretrain or study");
  ExpectRefused("tarin", "was 'tarin'");
  ExpectRefused("train --out " + File("m.safetensors"), "exactly one of --data");
  ExpectRefused(base + " --simulate 1:2", "exactly one of --data");
  ExpectRefused(base + " --batch 0",
                "--batch must be a whole number in 1..4096; was '0'");
  ExpectRefused(base + " --size 100", "size must be 224, 112 or 56; was 100");
  ExpectRefused(base + " --schedule 112", "--schedule must be SIZE:EPOCHS");
  ExpectRefused(base + " --schedule 56:1 --epochs 2", "either --schedule or --epochs");
  ExpectRefused(base + " --dtype fp16", "--dtype must be auto, fp32 or bf16; was 'fp16'");
  ExpectRefused(base + " --input polar", "--input must be image or ccf; was 'polar'");
  ExpectRefused(base + " --input ccf --ccf-part phase",
                "--ccf-part must be real or absolute; was 'phase'");
  ExpectRefused(base + " --ccf-order 4", "--ccf-order needs --input ccf");
  ExpectRefused(base + " --device tpu", "was 'tpu'");
  ExpectRefused(base + " --architecture alexnet", "was 'alexnet'");
  ExpectRefused(base + " --epochs 20 --warmup 30", "warmup_epochs must be 0..20; was 30");
  ExpectRefused(base + " --recipe old",
                "recipe must be one of: modern, paper, airynet; was 'old'");
  ExpectRefused(base + " --augment spin=1", "--augment must be NAME=PROBABILITY,...");
  ExpectRefused(base + " --gains 3", "--gains must be LOW:HIGH; was '3'");
  ExpectRefused(base + " --lr-steps 1,x", "--lr-steps must be epochs");
  ExpectRefused(base + " --thresholds 0.5", "--thresholds must be half or tuned");
  ExpectRefused(
      "train --data " + File("no.safetensors") + " --out " + File("m.safetensors"),
      "no file at");
  ExpectRefused("train --data " + shots + " --out " + File("no/m.safetensors"),
                "cannot be written");
  ExpectRefused("train --data " + shots + " --out " + File("m.txt"), "was '");
  for (const char* simulate : {"1", "1:0", "x:1"}) {
    ExpectRefused("train --out " + File("m.safetensors") + " --simulate " + simulate,
                  "--simulate must be SEED:COUNT");
  }
  ExpectRefused("evaluate --data " + shots, "--model FILE is missing");
  ExpectRefused("evaluate --data " + shots + " --model " + shots,
                "metadata 'format' is missing");
  ExpectRefused("render --simulate 1:1 --balance 2 --out " + File("m.safetensors"),
                "--balance must be a number in 0..1; was '2'");
}

TEST_F(AiryTrainerTest, RefusesSetsThatCannotBeLearned) {
  const std::string out = " --out " + File("m.safetensors");
  ExpectRefused("train --data " + WriteStripes(2) + out, "2 images are too few to split");
  ExpectRefused("train --data " + WriteStripes(40) + out,
                "class 'elliptical' has no positives among 30 training images (0 in the "
                "set of 40)");
}

TEST_F(AiryTrainerTest, HelpsAndSucceeds) {
  const Ended ended = Trainer("train --help");
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_THAT(ended.output, HasSubstr("--schedule S:E,..."));
}

}  // namespace
}  // namespace airy::trainer

#include <cmath>
#include <fstream>

#include "model/checkpoint.h"
#include "model/metrics.h"
#include "model/torch_engine.h"
#include "tests/unit/trainer/trainer_program.h"
#include "tests/unit/transform/ccf_pattern.h"

namespace airy::trainer {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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
  EXPECT_EQ(checkpoint->info.data,
            "stripes sha256 " + model::ReadDataset(shots)->Digest().value());
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
    Labels labels{};
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
    ASSERT_OK(dataset.Read(static_cast<int64_t>(i), image.pixels()));
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
  const auto arguments = [&](const std::string& file) {
    return "train --data " + File("stripes.safetensors") +
           " --batch 4 --dtype fp32 --schedule 56:8 --resume --out " + file + kTwoClasses;
  };
  WriteStripes(16);
  // Killed as soon as it has a checkpoint, whose state was written before it; images are
  // read from the file.
  const Ended killed =
      Shell(std::string("OMP_NUM_THREADS=1 sh -c '") + AIRY_TRAINER + " " +
            arguments(out) + " --memory 0 2>" + File("log") + " & while ! test -e " +
            out + "; do kill -0 $! || exit 9; done; kill -9 $!; wait $!; true'");
  ASSERT_EQ(killed.exit_code, 0) << killed.output;
  ASSERT_OK(model::ReadCheckpoint(out));  // of the best epoch so far

  const Ended other = Trainer(arguments(out) + " --seed 2");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.output, HasSubstr("belongs to another training"));
  WriteStripes(16, /*counts=*/401);
  const Ended other_shots = Trainer(arguments(out));
  EXPECT_EQ(other_shots.exit_code, 1);
  EXPECT_THAT(other_shots.output, HasSubstr("belongs to another training"));

  WriteStripes(16);
  const Ended resumed = Trainer(arguments(out) + " --memory 0");
  EXPECT_EQ(resumed.exit_code, 0) << resumed.output;
  EXPECT_THAT(resumed.output, HasSubstr("epoch 8/8"));
  EXPECT_THAT(resumed.output, Not(HasSubstr("epoch 1/8")));
  EXPECT_THAT(resumed.output, Not(HasSubstr("reading shots")));
  EXPECT_FALSE(std::filesystem::exists(out + ".state"));

  const std::string whole = File("whole.safetensors");
  const Ended uninterrupted = Trainer(arguments(whole));
  EXPECT_EQ(uninterrupted.exit_code, 0) << uninterrupted.output;
  EXPECT_THAT(uninterrupted.output, HasSubstr("reading shots 16 of 16"));
  EXPECT_EQ(model::ReadSafetensors(out)->sha256, model::ReadSafetensors(whole)->sha256);
}

TEST_F(AiryTrainerTest, LeavesWhatAStoppedOrFinishedTrainingLeft) {
  for (const std::string command : {"train", "pretrain"}) {
    const std::string out = File(command + ".safetensors");
    const std::string arguments =
        command + " --data " + WriteStripes(8) + " --epochs 1 --out " + out + kTwoClasses;
    std::ofstream(out + ".state") << "precious";
    const Ended stopped = Trainer(arguments);
    EXPECT_EQ(stopped.exit_code, 1);
    EXPECT_THAT(stopped.output,
                HasSubstr(".safetensors.state' is of a training that was stopped: go on "
                          "with --resume, or delete it"));
    EXPECT_TRUE(std::filesystem::exists(out + ".state"));

    std::filesystem::remove(out + ".state");
    std::ofstream(out) << "finished";
    const Ended finished = Trainer(arguments + " --resume");
    EXPECT_EQ(finished.exit_code, 0) << finished.output;
    EXPECT_THAT(finished.output, HasSubstr(".safetensors' is finished"));
    EXPECT_EQ(std::filesystem::file_size(out), 8U);
  }
}

TEST_F(AiryTrainerTest, PretrainsWhatATrainingStartsFrom) {
  const std::string small = " --data " + WriteStripes(8) +
                            " --schedule 56:1 --batch 4 --dtype fp32" + kTwoClasses;
  const std::string start = File("start.safetensors");
  const Ended pretrained = Trainer("pretrain" + small + " --out " + start);
  ASSERT_EQ(pretrained.exit_code, 0) << pretrained.output;
  EXPECT_THAT(pretrained.output, HasSubstr("1 epochs without labels"));
  EXPECT_FALSE(std::filesystem::exists(start + ".state"));
  const Ended trained =
      Trainer("train" + small + " --init " + start + " --out " + File("m.safetensors"));
  EXPECT_EQ(trained.exit_code, 0) << trained.output;
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
  Image image(kInputSize, kInputSize);
  ASSERT_OK(shots->Read(0, image.pixels()));
  EXPECT_GT(image.Mean(), 0);
}

}  // namespace
}  // namespace airy::trainer

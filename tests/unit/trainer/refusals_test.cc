#include "tests/unit/trainer/trainer_program.h"

namespace airy::trainer {
namespace {

using ::testing::HasSubstr;

TEST_F(AiryTrainerTest, RefusesMistakesInOneLine) {
  const std::string shots = WriteStripes(8);
  const std::string base =
      "train --data " + shots + " --out " + File("m.safetensors") + kTwoClasses;
  ExpectRefused("",
                "the first word must be one of train evaluate explain compress render "
                "pretrain study");
  ExpectRefused("tarin", "was 'tarin'");
  ExpectRefused("train --out " + File("m.safetensors"), "exactly one of --data");
  ExpectRefused(base + " --simulate 1:2", "exactly one of --data");
  ExpectRefused(base + " --batch 0",
                "--batch must be a whole number in 1..4096; was '0'");
  ExpectRefused(base + " --memory -1",
                "--memory must be a number in 0..1000000; was '-1'");
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
  std::filesystem::create_directory(File("folder.safetensors"));
  for (const char* command : {"train --data ", "render --data ", "compress --model "}) {
    ExpectRefused(command + shots + " --out " + File("folder.safetensors"),
                  "--out must name a .safetensors file; was '");
  }
  ExpectRefused(base + " --batch 4096 --accumulate 1024",
                "learning_rate for steps of batch x accumulate images must be 1e-09..10; "
                "was 1638.4");
  for (const char* simulate : {"1", "1:0", "x:1"}) {
    ExpectRefused("train --out " + File("m.safetensors") + " --simulate " + simulate,
                  "--simulate must be SEED:COUNT");
  }
  ExpectRefused("pretrain --data " + shots + " --out " + File("m.txt"), "was '");
  ExpectRefused(
      "pretrain --data " + shots + " --out " + File("m.safetensors") + " --accumulate 2",
      "accumulate 1; were 64 and 2");
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

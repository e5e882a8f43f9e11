#include <malloc.h>

#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "model/process_place.h"
#include "model/trainer/commands.h"

namespace {

constexpr char kUsage[] =
    R"(airy-trainer trains and measures classifiers of diffraction images.

airy-trainer train    SHOTS --out MODEL.safetensors [options]
airy-trainer evaluate SHOTS --model MODEL.safetensors [--json] [--plots FOLDER] [options]
airy-trainer explain  SHOTS --model MODEL.safetensors --out FOLDER|FILE.safetensors [options]
airy-trainer compress --model MODEL.safetensors --out SMALLER.safetensors
airy-trainer render   SHOTS --out SHOTS.safetensors [--threads N]
airy-trainer pretrain SHOTS --out MODEL.safetensors [options of train]
                      without labels, for train --init
airy-trainer study    NAME --size cpu|gpu|paper [--data FILE] [options]
                      a table of the paper anew; `airy-trainer study` lists them

SHOTS is one of
  --data FILE             labelled shots: CXI, or a .safetensors set written by render;
                          or a folder with a folder of images for each class
  --simulate SEED:COUNT   rendered now; [--balance 0..1] tilts from the natural mix of
                          classes to an even one, [--empty-share 0..1] sets empty shots
Options of evaluate
  --model A,B,...         several trainings of one recipe: their mean and its standard error
  --json                  everything about every model, for programs
  --plots FOLDER          precision-recall.png, calibration.png, combinations.png and, where
                          MODEL.log.jsonl lies beside the model, training.png
  --threads 1 --device auto|cpu|cuda:N
Options of explain: where in its images a network looked, by Grad-CAM++
  --shots 0,3,10-20         of SHOTS; the first 16
  --classes above|all|NAME,...   above: those at or above their thresholds
  --layer NAME --activated  where features are taken; the last layer, before what follows it
  --score exp|sigmoid --method plusplus|plain --activation leaky|relu
  --locus                   with --simulate, instead of --out: how much of the maps of Streak
                            and Bent lies along the line of light that the droplet's axis
                            gives, against the line turned by 90 degrees
Options of train
  --recipe modern         or paper (PRE 99, 063309), airynet (its code): sets all that follows
  --schedule S:E,...      E epochs at S pixels (224, 112 or 56), then the next; or
  --epochs 100 --size 224
  --batch 64 --accumulate N   N batches a step, for more images than memory holds
  --epoch-images N        N training images an epoch, drawn anew for each; all without it
  --sampling-balance 0    of those, how strongly rare classes are preferred: 0..1
  --lr RATE --lr-steps E,...|none   to a tenth after these epochs; none: as a cosine
  --warmup EPOCHS --momentum 0.9 --l1 0 --l2 0.0005 --penalty sum|mean --average 0.999
  --gamma-negative 2 --gamma-positive 0 --clip 0.05 --label-smoothing 0.02
  --positive-weight-limit 1   weight rare classes by sqrt(negatives/positives), at most this
  --augment NAME=PROBABILITY,...|none   flip contrast brightness symmetry rotation zoom
                          jitter gamma stray thinning hole sector gain; [--gains 0.3:3]
  --validation-share 0.1  chooses epoch, thresholds and temperature
  --test-share 0.15       scored once, at the end
  --training-share 1      of the images left for training, those that are used
  --thresholds tuned|half --temperature fitted|one
  --patience N            end after N epochs without a better validation macro-F1; 0: never
  --allow-missing-classes train although a class has no positives
  --seed 1 --version 1 --architecture resnet18-log --head sigmoid|softmax|structured
  --init MODEL            start from these weights instead of random ones
  --input image|ccf       what the network sees; ccf: the cross-correlation map of the image,
                          with [--ccf-order 8] [--ccf-part real|absolute]
                          [--ccf-scaling log|maximum|none] [--ccf-inner-radius 17 (pixels)]
  --dtype auto|fp32|bf16 --device auto|cpu|cuda:N --threads 1
  --memory 2              GB for SHOTS; those of a file that need more are read while it trains
  --resume                go on from MODEL.safetensors.state after a stop
MODEL.safetensors is the best epoch so far at any time; MODEL.log.jsonl has a line per epoch.
Started by mpirun, srun or torchrun, or with RANK and WORLD_SIZE set: processes that train together.
)";

struct CommandRow {
  std::string_view name;
  airy::Status (*run)(std::span<const char* const> arguments);
  bool takes_part = false;  // several processes do it together
};

constexpr std::array kCommands = {
    CommandRow{"train", airy::trainer::RunTrain, /*takes_part=*/true},
    CommandRow{"evaluate", airy::trainer::RunEvaluate},
    CommandRow{"explain", airy::trainer::RunExplain},
    CommandRow{"compress", airy::trainer::RunCompress},
    CommandRow{"render", airy::trainer::RunRender},
    CommandRow{"pretrain", airy::trainer::RunPretrain},
    CommandRow{"study", airy::trainer::RunStudy},
};

// Each process of a group would do all of the work, and write the same files.
airy::Status CheckAlone(const CommandRow& command) {
  if (command.takes_part) return airy::OkStatus();
  AIRY_ASSIGN_OR_RETURN(const airy::model::ProcessPlace place,
                        airy::model::FindProcessPlace(airy::model::ReadEnvironment));
  if (place.size == 1) return airy::OkStatus();
  return airy::InvalidArgument(
      "only train runs in several processes; the environment says that this is one of " +
      std::to_string(place.size));
}

airy::Status RunCommand(const CommandRow& command,
                        std::span<const char* const> arguments) {
  AIRY_TRY(CheckAlone(command));
  return command.run(arguments);
}

int Run(std::span<const char* const> words) {
  const bool is_study = !words.empty() && words[0] == std::string_view("study");
  for (const std::string_view word : words) {
    if (is_study) break;  // has a help of its own
    if (word == "--help" || word == "-h") {
      std::printf("%s", kUsage);
      return 0;
    }
  }
  for (const CommandRow& command : kCommands) {
    if (words.empty() || words[0] != command.name) continue;
    const airy::Status status = RunCommand(command, words.subspan(1));
    if (status.ok()) return 0;
    std::fprintf(stderr, "airy-trainer %s: %s\n", words[0], status.message().c_str());
    return status.code() == airy::StatusCode::kInvalidArgument ? 2 : 1;
  }
  std::string known;
  for (const CommandRow& command : kCommands) known.append(" ").append(command.name);
  std::fprintf(stderr, "airy-trainer: the first word must be one of%s; was '%s'\n",
               known.c_str(), words.empty() ? "" : words[0]);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  // Activations of a batch are hundreds of megabytes that glibc would return to the
  // kernel and fault in again at every step: a quarter of the time at 224 pixels.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  try {
    return Run({argv + 1, static_cast<size_t>(argc > 0 ? argc - 1 : 0)});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "airy-trainer: %s\n", error.what());
    return 1;
  }
}

#pragma once

#include <array>
#include <string>
#include <string_view>

#include "model/studies/run_queue.h"
#include "model/studies/study.h"
#include "model/trainer/flags.h"
#include "preprocess/frame/result.h"

namespace airy::trainer {

// The options of `study`.
struct StudyFlags {
  studies::StudySettings settings;
  studies::RunQueue::Limits limits;
  std::string out;   // where tables and pictures go
  std::string work;  // where runs do
  int threads = 1;
  double memory_gb = 2;  // for the shots of one set
};

inline constexpr std::array<std::string_view, 16> kStudyFlags = {
    "size",    "data",   "recipe", "out",   "work",   "reference", "runs",  "minutes",
    "threads", "device", "dtype",  "shots", "pixels", "epochs",    "seeds", "memory"};

inline constexpr char kStudyHelp[] = R"(
Sizes, which every row of a table states
  cpu      2000 shots of 112 pixels, 12 epochs, one seed; of the largest networks the
           speed alone, on 500 shots
  gpu      7264 shots of 224 pixels, 60 epochs, 5 seeds
  paper    the same, 200 epochs
  --shots N --pixels 224|112|56 --epochs N --seeds N   change it; it is named "own" then,
           and pre-training has twice as many shots
Options
  --data FILE      labelled shots, as for train; without it simulated ones, the first of
                   the set sim-7264
  --recipe modern  or paper, airynet
  --out FOLDER     model/results; gets NAME-SIZE.md and, where airy draws, NAME-SIZE.png
  --work FOLDER    OUT/work; runs leave figures, models and states there. Stopped, the
                   same command goes on; what is finished is not done again
  --runs N --minutes M   stop after so much work; rows say "not run" then
  --reference MODEL      scored beside; model/weights/resnet18-log.safetensors if there
  --threads 1 --device auto|cpu|cuda:N --dtype auto|fp32|bf16 --memory 2   as for train
)";

// InvalidArgument names what is wrong; as ReadCheckpoint for a reference that is given.
Result<StudyFlags> ReadStudyFlags(const Flags& flags);

}  // namespace airy::trainer

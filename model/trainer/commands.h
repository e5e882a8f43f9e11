#pragma once

#include <span>

#include "preprocess/frame/result.h"

namespace airy::trainer {

// The commands of airy-trainer; `arguments` are the words after the command's name.
// Results go to stdout, progress to stderr.

// Loads shots, trains, writes the checkpoint, prints the validation metrics.
Status RunTrain(std::span<const char* const> arguments);
// Classifies labelled shots with a checkpoint by the serving engine, prints the metrics.
Status RunEvaluate(std::span<const char* const> arguments);
// Writes maps of where in its images a network looked, or compares them with physics.
Status RunExplain(std::span<const char* const> arguments);
// Rounds a checkpoint's weights to int8.
Status RunCompress(std::span<const char* const> arguments);
// Loads shots, pre-trains on them without their labels, writes a checkpoint for --init;
// goes on with --resume.
Status RunPretrain(std::span<const char* const> arguments);
// Does the runs of one of the paper's studies, or goes on with them; writes its table.
// The first word names the study; without one, lists them.
Status RunStudy(std::span<const char* const> arguments);
// Loads shots and keeps them, rescaled, as a .safetensors set for later --data.
Status RunRender(std::span<const char* const> arguments);

}  // namespace airy::trainer

#pragma once

#include <string>
#include <vector>

#include "model/simulation/noise_level.h"
#include "model/studies/study.h"

namespace airy::studies {

// What the table of studies is made of.

// Of Table 4 on; the paper takes it for all that follows.
inline constexpr const char kBest[] = "resnet18-log";

// A training as the settings say, of this network; its name tells what else is set.
RunPlan Training(const StudySettings& settings, const std::string& architecture);
// That on a share of the training images.
void SetShare(int percent, RunPlan* plan);
// That on images or CCF maps of them, with noise.
void SetInput(bool maps, simulation::NoiseLevel noise, RunPlan* plan);
// "25 %"
std::string Percent(int percent);

// The rows that every study ends with: what costs nothing, and what there was before.
void AddBaselines(const StudySettings& settings, Study* study);
// The same claim for accuracy, precision and recall.
void ClaimAllFigures(const std::string& text, const std::vector<std::string>& falling,
                     Study* study);

// Its studies that have files of their own.
Study MakeLabelEfficiency(const StudySettings& settings);

}  // namespace airy::studies

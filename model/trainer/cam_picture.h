#pragma once

#include <string>

#include "model/trainer/cam_report.h"

namespace airy::trainer {

// A PNG of one shot in the manner of PRE 99, 063309, Fig. 5: the image in log scale, then
// for each class its name and probability, the image over black with the map as
// transparency, and kContourLevels of the map as dashed lines. Errors as
// plot::Canvas::SavePng.
Status DrawExplanation(const std::string& path, const ExplainedShot& shot,
                       const model::CheckpointInfo& model);

}  // namespace airy::trainer

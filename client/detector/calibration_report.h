#pragma once

#include <string>
#include <vector>

#include "client/detector/calibration.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

// What calibration.txt says. `acceptances` are by simulation::Prior::Combinations().
std::string CalibrationText(const Calibration& calibration,
                            const std::vector<Acceptance>& acceptances);

// Draws the same as charts. Unavailable with the path when it cannot be written.
Status SaveCalibrationCharts(const Calibration& calibration,
                             const std::vector<Acceptance>& acceptances,
                             const std::string& path);

}  // namespace airy::detector

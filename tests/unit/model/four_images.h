#pragma once

#include <vector>

#include "model/metrics.h"

namespace airy::model {

// Four images; classes 0, 1 and 10 in use.
inline const std::vector<Labels> kTruth = {
    {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
};
inline const std::vector<ClassProbabilities> kScores = {
    {0.9F, 0.8F, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0.7F, 0.6F, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0.4F, 0.7F, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0.2F, 0.1F, 0, 0, 0, 0, 0, 0, 0, 0, 0.3F},
};

}  // namespace airy::model

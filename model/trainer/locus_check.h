#pragma once

#include "model/explainer.h"
#include "model/trainer/shot_source.h"

namespace airy::trainer {

// Renders those simulated shots that are Streak or Bent, has them explained, and prints
// how much of the maps lies along the line of light that follows from the droplet's axis,
// against the line turned by 90 degrees: 1 for maps that know nothing of it.
// FailedPrecondition for a network of CCF maps, which do not show the line, or of other
// classes; NotFound without such shots.
Status CheckLocus(const SimulatedShots& shots, int threads, model::Explainer* explainer);

}  // namespace airy::trainer

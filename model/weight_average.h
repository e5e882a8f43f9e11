#pragma once

#include <cstdint>

#include "model/nets/network.h"

namespace airy::model {

// Moves weights and statistics of `target` by a share of the way to those of `source`, a
// network of the same architecture: a step of an exponential average; with 1, a copy.
void MoveTowards(const Network& source, double share, Network* target);

// A step of the average of a training: keeps the share `decay`, or less in the first
// steps (from 0), for an average that looks back far would remember the random start.
void Follow(const Network& source, double decay, int64_t step, Network* average);

// Whether all weights and statistics are finite, also in half precision, in which
// checkpoints keep them.
bool IsFiniteInHalf(const Network& network);

}  // namespace airy::model

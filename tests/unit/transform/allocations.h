#pragma once

#include <cstdint>

namespace airy::transform {

// How often this thread has called operator new. Linking allocations.cc makes it count.
int64_t AllocationsOfThisThread();

}  // namespace airy::transform

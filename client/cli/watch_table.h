#pragma once

#include <string>

#include "client/cli/watch_statistics.h"

namespace airy::cli {

// What `airy watch` writes, made apart from where it goes.

// Several lines, each ended by a newline, at most 78 columns wide.
std::string WatchTable(const WatchStatistics::Snapshot& snapshot);
// The same in one line, for logs.
std::string WatchLine(const WatchStatistics::Snapshot& snapshot);

}  // namespace airy::cli

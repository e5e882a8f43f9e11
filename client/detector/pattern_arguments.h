#pragma once

#include <functional>

#include "client/detector/pattern_command.h"

namespace CLI {
class App;
}

namespace airy::detector {

// Adds the subcommand `pattern` with its options; where it is the one that is called,
// sets *run. `options` must outlive both.
void AddPattern(CLI::App* app, PatternOptions* options,
                std::function<Status(const StopSignals&)>* run);

}  // namespace airy::detector

#pragma once

#include "server/config.h"
#include "server/config_check.h"

namespace airy::server {

// Finds files named that cannot be read, whatever is in them, and a folder for hits that
// could not be made. Looks only; makes nothing.
void CheckNamedFiles(const Config& config, const ConfigReport& report);

}  // namespace airy::server

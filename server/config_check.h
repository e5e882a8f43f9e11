#pragma once

#include <functional>
#include <string>
#include <vector>

#include "server/config.h"

namespace airy::server {

// Takes a problem and the keys it lies between. It is best mended at the first, and is
// none while one of them has a value that was refused.
using ConfigReport =
    std::function<void(const std::vector<std::string>& keys, const std::string& problem)>;

// Finds values that are each in range but do not go together.
void CheckConfig(const Config& config, const ConfigReport& report);

}  // namespace airy::server

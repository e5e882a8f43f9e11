#pragma once

#include <functional>
#include <string>

#include "server/config.h"

namespace airy::server {

// Finds values that are each in range but do not go together. `report` is told each
// problem with the key it is best mended at.
void CheckConfig(const Config& config,
                 const std::function<void(const std::string& key,
                                          const std::string& problem)>& report);

}  // namespace airy::server

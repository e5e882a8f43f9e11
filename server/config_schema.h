#pragma once

#include <string>
#include <vector>

#include "server/config.h"
#include "server/config_fields.h"

namespace airy::server {

// Every field of `config`, sources included, bound to it, section by section. `config`
// must outlive the fields and its sources must stay the same.
std::vector<ConfigField> DescribeConfig(Config* config);

// "demo", "jf4m_2": 1..32 of a-z, 0-9, _ and -.
bool IsSourceName(std::string_view name);

}  // namespace airy::server

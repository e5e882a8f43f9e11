#pragma once

#include <cerrno>
#include <string>

#include "preprocess/frame/result.h"

namespace airy::cxi {

// "`what`: " and what an errno means. ResourceExhausted when a disk or a quota is full,
// Internal otherwise. Private to this folder.
Status SystemError(const std::string& what, int error = errno);

}  // namespace airy::cxi

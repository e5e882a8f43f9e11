#include "proto/cxi/system_error.h"

#include <cstring>

namespace airy::cxi {

Status SystemError(const std::string& what, int error) {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  return Status(full ? StatusCode::kResourceExhausted : StatusCode::kInternal,
                what + ": " + std::strerror(error));
}

}  // namespace airy::cxi

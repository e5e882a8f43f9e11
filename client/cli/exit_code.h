#pragma once

#include "preprocess/frame/status.h"

namespace airy::cli {

// What `airy` tells the shell; also in `airy --help`.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,       // the server or a file said no
  kUsage = 2,        // the command line is wrong
  kUnavailable = 3,  // no server answered, or it went away: trying again may help
};

inline ExitCode ToExitCode(const Status& status) {
  switch (status.code()) {
    case StatusCode::kOk:
      return kOk;
    case StatusCode::kUnavailable:
    case StatusCode::kDeadlineExceeded:
    case StatusCode::kResourceExhausted:
      return kUnavailable;
    default:
      return kFailed;
  }
}

}  // namespace airy::cli

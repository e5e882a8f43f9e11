#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/exit_code.h"

namespace airy::cli {

struct ClassifyArguments {
  std::string server = "127.0.0.1:50051";
  double timeout_s = 5;            // to reach the server
  std::vector<std::string> files;  // or folders; see images::ImageReader::Open
  std::optional<int64_t> index;    // this image only; default all
  float counts_scale = 1;
  bool json = false;
};

// `airy classify`: prints what the daemon's network says of each image. A file that
// cannot be read is reported on standard error and the others go on.
ExitCode RunClassify(const ClassifyArguments& arguments);

}  // namespace airy::cli

#pragma once

#include <cstdint>
#include <string>

#include "client/cli/exit_code.h"
#include "client/client.h"

namespace airy::cli {

struct WatchArguments {
  std::string server = "127.0.0.1:50051";
  double timeout_s = 5;  // to reach the server
  client::SubscribeOptions filter;
  bool json = false;
  int64_t count = 0;   // results, then end; 0: no limit
  double seconds = 0;  // then end; 0: no limit
};

// `airy watch`: shows the live stream until Ctrl-C, SIGTERM, a limit or the server's end.
// On a terminal a table redrawn in place, otherwise a line every 5 s; with json one
// object per result.
ExitCode RunWatch(const WatchArguments& arguments);

}  // namespace airy::cli

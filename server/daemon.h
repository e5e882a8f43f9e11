#pragma once

#include <functional>

#include "server/server.h"

namespace airy::server {

// What the daemon needs of a library of networks.
struct Networks {
  Server::EngineFactory make_engine;
  std::function<void(int threads)> set_intra_op_threads;  // called once, before the first
};

// The program airyd: reads the command line, runs a Server until SIGTERM, SIGINT or
// SIGHUP, and returns the exit status: 0 after an orderly shutdown, 64 (EX_USAGE) for
// a command line it does not take, 78 (EX_CONFIG) when the configuration or what it names
// must be mended, 70 (EX_SOFTWARE) when a stage failed or hung.
int DaemonMain(int argc, char** argv, const Networks& networks);

}  // namespace airy::server

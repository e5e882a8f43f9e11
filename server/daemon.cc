#include "server/daemon.h"

#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <semaphore>
#include <thread>

namespace airy::server {
namespace {

constexpr int kExitUsage = 64;
constexpr int kExitSoftware = 70;
constexpr int kExitConfig = 78;

constexpr const char* kHelp =
    R"(airyd finds, classifies and sorts the hits in a live stream of diffraction images.

Without options it takes frames from tcp://127.0.0.1:45000 (Karabo bridge, SUB) and shows
what it is doing at http://127.0.0.1:8080/metrics.

Settings come from --config, then AIRY_SECTION__KEY, then --set; the last one wins:
  airyd --config deploy/airy.toml
  AIRY_BATCH__MAX_SIZE=16 airyd --set source.jf.endpoint=tcp://10.0.0.5:45000
  airyd --config airy.toml --check-config   every problem with its place, status 78
  airyd --config airy.toml --print-config   every value and where it came from
  airyd --config-reference                  every key, its range and its meaning
SIGTERM or Ctrl-C stops it: it works off what it has taken in and exits with 0.)";

// A handler and a semaphore rather than a blocked mask and sigwait: libraries (OpenBLAS)
// start threads before main, and a signal that finds one thread unblocked ends the
// process.
sem_t stop_requested;
volatile std::sig_atomic_t stop_signal = 0;

void RequestStop(int signal) {
  stop_signal = signal;
  sem_post(&stop_requested);
}

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

// Threads started from now on leave the signals to others, so that none of their waits is
// interrupted.
void CatchStopSignals() {
  sem_init(&stop_requested, 0, 0);
  const sigset_t signals = StopSignals();
  struct sigaction action = {};
  action.sa_handler = RequestStop;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaction(signal, &action, nullptr);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

std::atomic<bool> failed{false};  // a stage did
std::atomic<bool> takes_frames{false};
std::binary_semaphore stop_in_order{0};

// The only thread of ours that takes signals, so that no wait of another is interrupted.
// Until the daemon takes frames, nothing is lost by ending at once, and warm-up would
// take a while longer.
void TakeStopSignals() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  while (sem_wait(&stop_requested) != 0) {  // interrupted
  }
  telemetry::LogInfo("stopping", {{"signal", static_cast<int>(stop_signal)}});
  if (!takes_frames) {
    telemetry::LogInfo("stopped before it was ready");
    std::_Exit(failed ? kExitSoftware : EXIT_SUCCESS);
  }
  stop_in_order.release();
}

int Run(const Config& config, const Networks& networks) {
  telemetry::InitLog(config.log);
  CatchStopSignals();
  std::thread(TakeStopSignals).detach();
  const ThreadPlan threads =
      PlanThreads(config, AvailableCores(), config.engine.device.starts_with("cuda"));
  telemetry::LogInfo("threads planned", {{"cores", threads.cores},
                                         {"workers", threads.worker_threads},
                                         {"engines", threads.engine_instances},
                                         {"intra_op", threads.intra_op_threads}});
  networks.set_intra_op_threads(threads.intra_op_threads);

  auto server = Server::Start(config, threads, networks.make_engine, SystemClock(),
                              [](std::string_view, std::string_view) {
                                failed = true;
                                kill(getpid(), SIGTERM);
                              });
  if (!server.ok()) {
    telemetry::LogError("cannot start", {{"error", server.status().message()}});
    return server.status().code() == StatusCode::kInternal ? kExitSoftware : kExitConfig;
  }
  takes_frames = true;
  telemetry::LogInfo("ready", {{"grpc", (*server)->grpc_address()},
                               {"http", (*server)->http_address()},
                               {"results", (*server)->results_endpoint()}});
  stop_in_order.acquire();
  (*server)->Shutdown([](std::string_view stage) {
    telemetry::LogError("shutdown over budget", {{"stage", stage}});
    std::_Exit(kExitSoftware);
  });
  telemetry::LogInfo("stopped");
  return failed ? kExitSoftware : EXIT_SUCCESS;
}

}  // namespace

int DaemonMain(int argc, char** argv, const Networks& networks) {
  CLI::App app{kHelp};
  ConfigInputs inputs;
  bool check = false;
  bool print = false;
  bool reference = false;
  app.add_option("--config", inputs.file, "TOML file")->type_name("FILE");
  app.add_option("--set", inputs.assignments, "one setting; may be repeated")
      ->type_name("SECTION.KEY=VALUE")
      ->allow_extra_args(false);
  app.add_flag("--check-config", check, "check the configuration and exit");
  app.add_flag("--print-config", print, "print the configuration and exit");
  app.add_flag("--config-reference", reference, "print the table of all keys and exit");
  app.set_version_flag("--version", AIRY_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // asking for help is one
    return app.exit(error) == EXIT_SUCCESS ? EXIT_SUCCESS : kExitUsage;
  }

  if (reference) {
    std::cout << ConfigReference();
    return EXIT_SUCCESS;
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    inputs.environment.emplace_back(*entry);
  }
  // What is only printed may be meant for another machine.
  const auto loaded =
      LoadConfig(inputs, print && !check ? Check::kValues : Check::kValuesAndFiles);
  if (!loaded.ok()) {
    std::cerr << "airyd: the configuration has problems:\n"
              << loaded.status().message() << '\n';
    return kExitConfig;
  }
  if (print) std::cout << PrintConfig(*loaded);
  return check || print ? EXIT_SUCCESS : Run(loaded->config, networks);
}

}  // namespace airy::server

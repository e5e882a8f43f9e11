// airyd with a fake engine, so that everything but the network is tested as a process, in
// the sanitizers' builds too. The name of the checkpoint's file, whatever is in it, says
// how the engine behaves: "quick", "slow" (50 ms a batch), "failing" (every other batch),
// "throwing", "hanging" or "warming" (for ever), or "ccf" (it sees maps).

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <thread>

#include "server/daemon.h"
#include "tests/fakes/fake_engine.h"

namespace {

using airy::testing::FakeEngine;

airy::Result<std::unique_ptr<airy::model::Engine>> MakeEngine(
    const airy::server::EngineOptions& options, int max_batch) {
  const std::string behaviour =
      std::filesystem::path(options.checkpoint).filename().string();
  FakeEngine::OnRun on_run;
  if (behaviour == "slow") {
    on_run = [](auto) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      return airy::OkStatus();
    };
  } else if (behaviour == "failing") {
    on_run = [runs = std::make_shared<int>(0)](auto) {
      return ++*runs % 2 == 0 ? airy::Internal("device lost") : airy::OkStatus();
    };
  } else if (behaviour == "hanging") {
    on_run = [](auto) {
      std::promise<void>().get_future().wait();
      return airy::OkStatus();
    };
  } else if (behaviour == "warming") {
    std::promise<void>().get_future().wait();
  } else if (behaviour == "throwing") {
    on_run = [](auto) -> airy::Status { throw std::runtime_error("boom"); };
  } else if (behaviour != "quick" && behaviour != "ccf") {
    return airy::NotFound("no engine behaves as '" + options.checkpoint + "'");
  }
  auto engine = std::make_unique<FakeEngine>(max_batch, std::move(on_run));
  if (behaviour == "ccf") engine->mutable_info().ccf.emplace();
  return std::unique_ptr<airy::model::Engine>(std::move(engine));
}

}  // namespace

int main(int argc, char** argv) {
  return airy::server::DaemonMain(
      argc, argv, {.make_engine = MakeEngine, .set_intra_op_threads = [](int) {}});
}

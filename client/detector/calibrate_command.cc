#include "client/detector/calibrate_command.h"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

#include "client/detector/calibration.h"
#include "client/detector/calibration_report.h"
#include "client/detector/progress_bar.h"
#include "preprocess/frame/result.h"

namespace airy::detector {
namespace {

namespace fs = std::filesystem;
using simulation::Combination;
using simulation::Prior;

Status Check(const CalibrateOptions& options) {
  AIRY_TRY(ShotRenderer::CheckThreads(options.threads));
  if (options.shots < 1 || options.shots > 1'000'000) {
    return InvalidArgument("--shots must be 1..1000000; was " +
                           std::to_string(options.shots));
  }
  if (options.hits_per_combination < 1 || options.hits_per_combination > 10'000) {
    return InvalidArgument("--hits-per-combination must be 1..10000; was " +
                           std::to_string(options.hits_per_combination));
  }
  return OkStatus();
}

// Calls work(i) for 0..count-1 on several threads, `threads` in all, and shows how far it
// is; false when a signal ended it.
bool ForEach(int64_t count, int threads, const std::string& label,
             const StopSignals& stop, const std::function<void(int64_t)>& work) {
  std::atomic<int64_t> claimed = 0, done = 0;
  const auto run = [&](ProgressBar* progress) {
    for (int64_t i = claimed++; i < count && !stop.Raised(); i = claimed++) {
      work(i);
      ++done;
      if (progress == nullptr) continue;
      for (int64_t left = done.exchange(0); left > 0; --left) progress->Advance();
    }
  };
  ProgressBar progress(label, count);
  {
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back([&] { run(nullptr); });
    run(&progress);
  }
  for (int64_t left = done; left > 0; --left) progress.Advance();
  return !stop.Raised();
}

// How scenes of `combination` are accepted.
Acceptance Measure(const Combination& combination, const CalibrateOptions& options,
                   uint64_t number) {
  // A stream of its own beside those of the simulator's shots.
  constexpr uint64_t kAcceptanceStream = 1000;
  const simulation::Sampler sampler{simulation::SceneRanges{}};
  Acceptance acceptance;
  for (int i = 0; i < options.hits_per_combination; ++i) {
    simulation::Random random(options.seed, static_cast<uint64_t>(i),
                              kAcceptanceStream + number);
    if (sampler.DrawHit(combination.labels, &random, &acceptance.tries)) {
      ++acceptance.hits;
    }
  }
  return acceptance;
}

Status WriteText(const std::string& text, const fs::path& path) {
  std::ofstream file(path, std::ios::trunc);
  file << text;
  file.close();
  if (!file) return Unavailable(path.string() + ": cannot be written");
  return OkStatus();
}

}  // namespace

Status RunCalibrate(const CalibrateOptions& options, const StopSignals& stop) {
  AIRY_TRY(Check(options));
  AIRY_ASSIGN_OR_RETURN(const auto simulator,
                        simulation::Simulator::Create({}, options.seed));
  std::error_code error;
  const bool made = fs::create_directories(options.out, error);
  if (error) return Unavailable(options.out + ": " + error.message());

  std::vector<simulation::Shot> shots(static_cast<size_t>(options.shots));
  const auto combinations = Prior::Combinations();
  std::vector<Acceptance> acceptances(combinations.size());
  const bool whole = ForEach(options.shots, options.threads, "drawing shots", stop,
                             [&](int64_t i) {
                               shots[static_cast<size_t>(i)] =
                                   simulator->Draw(static_cast<uint64_t>(i));
                             }) &&
                     ForEach(static_cast<int64_t>(combinations.size()), options.threads,
                             "measuring acceptance", stop, [&](int64_t i) {
                               const auto at = static_cast<size_t>(i);
                               acceptances[at] = Measure(combinations[at], options, at);
                             });
  if (!whole) {
    if (made) fs::remove(options.out, error);  // only while it is empty
    return {StatusCode::kCancelled, "stopped by a signal"};
  }

  Calibration calibration;
  for (const simulation::Shot& shot : shots) calibration.Add(shot);
  const std::string text = CalibrationText(calibration, acceptances);
  AIRY_TRY(WriteText(text, fs::path(options.out) / "calibration.txt"));
  AIRY_TRY(SaveCalibrationCharts(calibration, acceptances,
                                 (fs::path(options.out) / "calibration.png").string()));
  std::fputs(text.c_str(), stdout);
  return OkStatus();
}

}  // namespace airy::detector

#include "server/sinks/hit_recorder.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>

#include "proto/cxi/file_lock.h"
#include "proto/cxi/hit_folder.h"
#include "server/pipeline/drain.h"
#include "server/sinks/hit_series.h"
#include "server/telemetry/log.h"

namespace airy::sinks {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
// Rewriting the indexes takes at most a twentieth of the thread's time, however many hits
// they have come to hold.
constexpr int64_t kIndexRest = 20;

Status CheckRange(const char* name, int64_t value, int64_t min, int64_t max) {
  if (value >= min && value <= max) return OkStatus();
  return InvalidArgument(std::string("recorder.") + name + " must be " +
                         std::to_string(min) + ".." + std::to_string(max) + "; was " +
                         std::to_string(value));
}

Status Validate(const HitRecorderOptions& options) {
  constexpr int64_t kHourMs = 3'600'000;
  const bool good_name = !options.run.empty() && options.run.size() <= 64 &&
                         options.run.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789._-") == std::string::npos;
  if (!good_name) {
    return InvalidArgument("recorder.run must match [A-Za-z0-9._-]{1,64}; was \"" +
                           options.run + "\"");
  }
  AIRY_TRY(CheckRange("max_file_bytes", options.max_file_bytes, int64_t{1} << 20,
                      int64_t{1} << 40));
  AIRY_TRY(CheckRange("min_free_bytes", options.min_free_bytes, 0, INT64_MAX));
  AIRY_TRY(CheckRange("flush_interval_ms", options.flush_interval_ms, 10, 60'000));
  AIRY_TRY(CheckRange("index_interval_ms", options.index_interval_ms, 100, kHourMs));
  AIRY_TRY(CheckRange("retry_interval_ms", options.retry_interval_ms, 100, kHourMs));
  return CheckRange("mailbox_records", static_cast<int64_t>(options.mailbox_records), 1,
                    100'000);
}

// Makes the folder, claims it for this process and mends what is in it.
Result<cxi::FileLock> ClaimFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return FailedPrecondition(folder + " cannot be made: " + error.message());
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return FailedPrecondition(folder + " cannot be written to");
  }
  Result<cxi::FileLock> claim = cxi::FileLock::TakeFolder(folder);
  if (!claim.ok()) {
    return FailedPrecondition(claim.status().message() +
                              "; is another airyd recording there?");
  }
  const cxi::MendedFolder mended = cxi::MendHitFiles(folder);
  for (const std::string& name : mended.mended) {
    telemetry::LogInfo("hit file mended", {{"file", name}});
  }
  for (const std::string& name : mended.removed) {
    telemetry::LogInfo("unfinished hit file removed", {{"file", name}});
  }
  for (const Status& failure : mended.failures) {
    telemetry::LogWarn("hit file not mended", {{"error", failure.message()}});
  }
  return claim;
}

}  // namespace

struct HitRecorder::State {
  State(const HitRecorderOptions& o, HitRecorderEvents e, const Clock& c)
      : options(o), events(std::move(e)), clock(c), started_ns(c.SteadyNs()) {}

  void Run();
  void Save(const pipeline::Record& record);
  // Writes every stale index; returns how long that took.
  int64_t WriteIndexes();

  const HitRecorderOptions options;
  const HitRecorderEvents events;
  const Clock& clock;
  const int64_t started_ns;
  cxi::FileLock folder_claim;
  pipeline::Hub* hub = nullptr;
  std::shared_ptr<pipeline::Mailbox> mailbox;
  pipeline::Drain drain;
  // Owned by the thread, by source and frame shape:
  std::map<std::tuple<std::string_view, int, int, PixelType>, HitSeries> series;
  std::jthread thread;
};

void HitRecorder::State::Run() {
  telemetry::SetThreadName("sink-cxi");
  int64_t now = started_ns;
  int64_t next_flush = now + options.flush_interval_ms * kNsPerMs;
  int64_t next_index = now + options.index_interval_ms * kNsPerMs;
  for (bool closed = false; !closed;) {
    const int64_t wait_ns = std::max<int64_t>(0, std::min(next_flush, next_index) - now);
    const auto record = mailbox->PopFor(std::chrono::nanoseconds(wait_ns), &closed);
    if (record) Save(**record);
    now = clock.SteadyNs();
    if (now >= next_flush) {
      for (auto& [key, one] : series) one.Flush();
      next_flush = now + options.flush_interval_ms * kNsPerMs;
    }
    if (now >= next_index) {
      const int64_t took_ns = WriteIndexes();
      next_index =
          now + std::max(options.index_interval_ms * kNsPerMs, kIndexRest * took_ns);
    }
  }
  series.clear();
}

void HitRecorder::State::Save(const pipeline::Record& record) {
  if (drain.Expired(clock)) {
    events.lost(record, pipeline::DropReason::kShutdown);
    return;
  }
  AIRY_CHECK(record.frame != nullptr);
  const PixelView& pixels = record.frame->pixels;
  const auto found = series.try_emplace(
      {record.id.source, pixels.total_rows(), pixels.cols, pixels.type}, options, events,
      clock, record);
  found.first->second.Save(record);
}

int64_t HitRecorder::State::WriteIndexes() {
  const int64_t begin = clock.SteadyNs();
  for (auto& [key, one] : series) one.WriteIndex();
  return clock.SteadyNs() - begin;
}

Result<std::unique_ptr<HitRecorder>> HitRecorder::Start(const HitRecorderOptions& options,
                                                        HitRecorderEvents events,
                                                        pipeline::Hub* hub,
                                                        const Clock& clock) {
  AIRY_TRY(Validate(options));
  AIRY_ASSIGN_OR_RETURN(cxi::FileLock claim, ClaimFolder(options.folder));
  auto state = std::make_unique<State>(options, std::move(events), clock);
  state->folder_claim = std::move(claim);
  state->hub = hub;
  const auto count_dropped = [](void* context, const pipeline::Mailbox& /*mailbox*/,
                                const pipeline::Record& record) {
    static_cast<State*>(context)->events.lost(record, pipeline::DropReason::kQueueFull);
  };
  state->mailbox = hub->Subscribe({.name = "sink-cxi",
                                   .capacity = options.mailbox_records,
                                   .blocks_lossless = true,
                                   .hits_only = true},
                                  count_dropped, state.get());
  state->thread = std::jthread([state = state.get()] { state->Run(); });
  return std::unique_ptr<HitRecorder>(new HitRecorder(std::move(state)));
}

HitRecorder::HitRecorder(std::unique_ptr<State> state) : state_(std::move(state)) {}

HitRecorder::~HitRecorder() { state_->hub->Unsubscribe(state_->mailbox); }

void HitRecorder::BeginDrain(int64_t until_steady_ns) {
  state_->drain.Begin(until_steady_ns);
}

size_t HitRecorder::depth() const { return state_->mailbox->depth(); }

}  // namespace airy::sinks

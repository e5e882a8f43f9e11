#include "client/detector/stream.h"

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

#include "client/detector/faults.h"
#include "client/detector/train_message.h"
#include "preprocess/frame/clock.h"

namespace airy::detector {
namespace {

constexpr double kNsPerSecond = 1e9;

struct Summary {
  int64_t frames = 0;
  int64_t trains = 0;
  int64_t start_ns = 0;
  int64_t end_ns = 0;
  int64_t late_max_ns = 0;
  Status failure;  // what ended it early, if not a signal
};

int64_t FrameCount(const StreamOptions& options) {
  int64_t frames = options.frames.value_or(std::numeric_limits<int64_t>::max());
  if (options.seconds) {
    frames = std::min<int64_t>(frames, std::llround(*options.seconds * options.rate_hz));
  }
  return frames;
}

void PrintSummary(const Summary& summary) {
  const double seconds =
      static_cast<double>(summary.end_ns - summary.start_ns) / kNsPerSecond;
  std::printf("{\"sent\":%" PRId64 ",\"trains\":%" PRId64
              ",\"seconds\":%.3f,\"rate\":%.3f,\"late_ms_max\":%.3f}\n",
              summary.frames, summary.trains, seconds,
              seconds > 0 ? static_cast<double>(summary.frames) / seconds : 0.0,
              static_cast<double>(summary.late_max_ns) / 1e6);
  std::fflush(stdout);
}

// Sends until `frames` are sent or a signal comes.
Summary SendTrains(const StreamOptions& options, int64_t frames, const ShotPool& pool,
                   const TrainBuilder& builder, ShotOrder* order, FaultPlan* faults,
                   SentLog* log, BridgeSender* sender, const StopSignals& stop) {
  const double train_ns = options.frames_per_train / options.rate_hz * kNsPerSecond;
  std::vector<int64_t> shots;
  std::vector<TrainMessage> messages;
  Summary summary;
  summary.start_ns = SystemClock().SteadyNs();
  bool stopped = false;
  while (!stopped && summary.frames < frames) {
    const double due_ns = static_cast<double>(summary.trains) * train_ns;
    const int64_t due = summary.start_ns + std::llround(due_ns);
    if (stop.WaitUntil(due)) break;
    shots.resize(static_cast<size_t>(
        std::min<int64_t>(options.frames_per_train, frames - summary.frames)));
    std::generate(shots.begin(), shots.end(), [&] { return order->Next(); });
    const uint64_t train_id =
        options.first_train_id + static_cast<uint64_t>(summary.trains);
    Result<TrainMessage> train = builder.Build(train_id, SystemClock().UnixNs(), shots);
    if (!train.ok()) {
      summary.failure = train.status();
      break;
    }
    const Fault fault = faults->Apply(std::move(train).value(), &messages);
    for (const TrainMessage& message : messages) {
      stopped = stopped || !sender->Send(message, stop);
    }
    if (stopped) break;
    summary.late_max_ns = std::max(summary.late_max_ns, SystemClock().SteadyNs() - due);
    for (size_t pulse = 0; pulse < shots.size(); ++pulse) {
      log->Write(train_id, pulse, pool, shots[pulse], fault);
    }
    summary.frames += static_cast<int64_t>(shots.size());
    ++summary.trains;
  }
  if (const auto held_back = faults->TakeHeldBack()) (void)sender->Send(*held_back, stop);
  // The last train takes its share of the time like any other.
  const double planned_ns = static_cast<double>(summary.trains) * train_ns;
  summary.end_ns = std::max<int64_t>(SystemClock().SteadyNs(),
                                     summary.start_ns + std::llround(planned_ns));
  return summary;
}

Status OutOfRange(const char* option, const char* range, double value) {
  return InvalidArgument(std::string(option) + " must be " + range + "; was " +
                         std::to_string(value));
}

Status Validate(const StreamOptions& options) {
  if (!(options.rate_hz > 0 && options.rate_hz <= 1e6)) {
    return OutOfRange("--rate", "in (0, 1e6]", options.rate_hz);
  }
  if (options.frames && *options.frames < 0) {
    return OutOfRange("--frames", "0 or more", static_cast<double>(*options.frames));
  }
  if (options.seconds && !(*options.seconds >= 0 && *options.seconds <= 1e9)) {
    return OutOfRange("--seconds", "0..1e9", *options.seconds);
  }
  if (options.frames_per_train < 1 || options.frames_per_train > 65536) {
    return OutOfRange("--frames-per-train", "1..65536", options.frames_per_train);
  }
  if (options.socket.high_water_mark < 1) {
    return OutOfRange("--hwm", "1 or more", options.socket.high_water_mark);
  }
  if (!(options.wait_for_subscriber_s >= 0 && options.wait_for_subscriber_s <= 1e6)) {
    return OutOfRange("--wait-for-subscriber", "0..1e6", options.wait_for_subscriber_s);
  }
  return FaultPlan::Parse(options.faults, options.seed).status();
}

}  // namespace

Result<StreamOutputs> OpenOutputs(const StreamOptions& options) {
  AIRY_TRY(Validate(options));
  AIRY_ASSIGN_OR_RETURN(auto sender, BridgeSender::Open(options.socket));
  AIRY_ASSIGN_OR_RETURN(SentLog log, SentLog::Open(options.log_path));
  return StreamOutputs{std::move(sender), std::move(log)};
}

Status Stream(const StreamOptions& options, StreamOutputs outputs,
              std::shared_ptr<ShotPool> pool, ShotOrder* order, const StopSignals& stop) {
  AIRY_ASSIGN_OR_RETURN(FaultPlan faults, FaultPlan::Parse(options.faults, options.seed));
  auto& [sender, log] = outputs;
  std::printf("{\"endpoint\":\"%s\"}\n", sender->endpoint().c_str());
  std::fflush(stdout);
  const int64_t frames = FrameCount(options);
  if (options.wait_for_subscriber_s > 0 && frames > 0) {
    const int64_t until_ns = SystemClock().SteadyNs() +
                             std::llround(options.wait_for_subscriber_s * kNsPerSecond);
    if (!sender->WaitForSubscriber(until_ns, stop) && !stop.Raised()) {
      return Unavailable(sender->endpoint() + ": nobody subscribed within " +
                         std::to_string(options.wait_for_subscriber_s) + " s");
    }
  }
  const TrainBuilder builder(pool, options.source, options.key, options.pulse_id_key);
  const Summary summary = SendTrains(options, frames, *pool, builder, order, &faults,
                                     &log, sender.get(), stop);
  sender.reset();  // what was sent has left
  AIRY_TRY(log.Close());
  PrintSummary(summary);
  return summary.failure;
}

}  // namespace airy::detector

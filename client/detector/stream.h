#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "client/detector/bridge_sender.h"
#include "client/detector/sent_log.h"
#include "client/detector/shot_order.h"
#include "client/detector/shot_pool.h"
#include "client/detector/stop_signals.h"
#include "preprocess/frame/result.h"

namespace airy::detector {

// How a pool of shots is sent.
struct StreamOptions {
  BridgeSenderOptions socket;
  double rate_hz = 120;           // frames per second; (0, 1e6]
  std::optional<int64_t> frames;  // 0..; neither this nor seconds: until a signal comes
  std::optional<double> seconds;  // 0..
  int frames_per_train = 1;       // 1..65536
  uint64_t first_train_id = 1;
  std::string source = "DET/AIRY:daqOutput";
  std::string key = "image.data";
  std::string pulse_id_key = "image.pulseId";
  double wait_for_subscriber_s = 0;  // pub: how long to wait for the first one; 0: do not
  std::string log_path;              // see SentLog; empty: none
  std::string faults;                // see FaultPlan
  uint64_t seed = 1;                 // of the faults
};

// Where a stream goes.
struct StreamOutputs {
  std::unique_ptr<BridgeSender> sender;
  SentLog log;
};

// To be called before a pool is rendered or loaded, which takes its time. InvalidArgument
// with the option, its range and the value; otherwise the errors of BridgeSender::Open
// and SentLog::Open.
Result<StreamOutputs> OpenOutputs(const StreamOptions& options);

// Sends shots of `pool` in `order`, each train at its own time: train i is due i * frames
// per train / rate after the first, whatever happened to those before it. Prints one JSON
// line with the endpoint before, and one with what was sent and how late at worst after.
// A signal ends it early and in order. Unavailable when nobody subscribes in time,
// the error of ShotPool::Pixels when a shot cannot be read; the last line comes all the
// same.
Status Stream(const StreamOptions& options, StreamOutputs outputs,
              std::shared_ptr<ShotPool> pool, ShotOrder* order, const StopSignals& stop);

}  // namespace airy::detector

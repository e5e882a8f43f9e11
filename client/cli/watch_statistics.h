#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "client/client.h"

namespace airy::cli {

// What `airy watch` shows: rates and latencies over a sliding window, losses since the
// start. Time is passed in, on any steady clock. Thread-compatible.
class WatchStatistics {
 public:
  struct Snapshot {
    int64_t frames = 0;  // since the start
    int64_t hits = 0;    // since the start
    double frames_per_s = 0;
    double hits_per_s = 0;
    double hit_ratio = 0;  // of the frames in the window; 0 without any
    std::array<double, kClassCount> labels_per_s{};
    // Arrival at the daemon until the result was published, classified frames; 0 without.
    double latency_p50_s = 0;
    double latency_p99_s = 0;
    std::map<std::string, int64_t> drops;  // by "stage/reason", since the start
    uint64_t missed = 0;
    client::ModelId model;  // of the last classified frame
  };

  WatchStatistics(int64_t start_ns, int64_t window_ns);
  void Add(const client::FrameResult& result, int64_t now_ns);
  Snapshot At(int64_t now_ns);

 private:
  struct Sample {
    int64_t time_ns;
    bool hit;
    bool classified;
    uint16_t labels;  // bit i: class i
    double total_s;
  };
  void Forget(int64_t now_ns);

  const int64_t start_ns_;
  const int64_t window_ns_;
  std::deque<Sample> samples_;  // in order of time
  Snapshot totals_;             // only what is counted since the start
};

}  // namespace airy::cli

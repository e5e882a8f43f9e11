#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "preprocess/frame/clock.h"
#include "preprocess/frame/result.h"
#include "server/pipeline/hub.h"
#include "server/pipeline/record.h"

namespace airy::sinks {

struct HitRecorderOptions {
  std::string folder;        // made when it is not there
  std::string run = "hits";  // begins every file name; [A-Za-z0-9._-]{1,64}
  int64_t max_file_bytes = int64_t{16} << 30;  // pixels per file; 1 MiB..1 TiB
  int64_t min_free_bytes = int64_t{1} << 30;   // left alone on the disk; 0..
  int flush_interval_ms = 1'000;               // what a killed daemon loses; 10..60,000
  int index_interval_ms = 10'000;  // age of the views per class; 100..3,600,000
  int retry_interval_ms = 5'000;   // after an error; 100..3,600,000
  bool compress = false;           // shuffle + deflate, for slow sources
  size_t mailbox_records = 256;    // 1..100,000; each holds a whole frame in memory
};

// Where the recorder reports the end of every hit, once for each. `saved` is called when
// the hit is durable; `lost` with kQueueFull when the recorder was too slow, with
// kWriteError when the disk was full or failed, with kShutdown when the daemon had no time
// left. Both are called on the recorder's and on
// publishing threads and must be thread-safe.
struct HitRecorderEvents {
  std::function<void(const pipeline::Record&)> saved;
  std::function<void(const pipeline::Record&, pipeline::DropReason)> lost;
};

// Sorts the hub's hits into CXI files, one series per source and frame shape, with views
// per class beside them (proto/cxi/README.md). Part of the back-pressure of lossless
// sources. When the disk fails it counts what is lost, and tries a new file every
// retry_interval_ms. Thread-compatible; files belong to the thread "sink-cxi".
class HitRecorder {
 public:
  // Mends what a killed daemon left in the folder, subscribes and begins. InvalidArgument
  // for an option out of its range, FailedPrecondition when the folder cannot be written
  // or another daemon records there.
  // Hub and clock outlive the recorder.
  static Result<std::unique_ptr<HitRecorder>> Start(const HitRecorderOptions& options,
                                                    HitRecorderEvents events,
                                                    pipeline::Hub* hub,
                                                    const Clock& clock);
  // Saves what the mailbox holds, closes the files, writes the last indexes.
  ~HitRecorder();

  // From `until_steady_ns` on, hits are counted as lost instead of being saved, so that a
  // slow disk cannot hold the daemon up. Thread-safe.
  void BeginDrain(int64_t until_steady_ns);

  // Hits waiting to be written.
  size_t depth() const;

 private:
  struct State;
  explicit HitRecorder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace airy::sinks

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "preprocess/frame/clock.h"
#include "proto/cxi/hit_index.h"
#include "proto/cxi/hit_writer.h"
#include "server/pipeline/record.h"
#include "server/sinks/hit_recorder.h"
#include "server/telemetry/log.h"

namespace airy::sinks {

// The hits of one source with one frame shape: the file being written, those before it,
// and their index. Every record given to Save ends in exactly one call of `saved` or
// `lost`: saved when it is durable, so at the flush, lost when it cannot be any more.
// Private to this folder. Owned by the sink-cxi thread.
class HitSeries {
 public:
  // For hits like `first`. The options, events and clock must outlive it.
  HitSeries(const HitRecorderOptions& options, const HitRecorderEvents& events,
            const Clock& clock, const pipeline::Record& first);
  ~HitSeries() { CloseFile(); }
  HitSeries(const HitSeries&) = delete;
  HitSeries& operator=(const HitSeries&) = delete;

  void Save(const pipeline::Record& record);
  // Makes the hits saved so far durable.
  void Flush();
  // Rewrites the index when hits became durable since it was last written.
  void WriteIndex();
  // Ends the current file, if any, and rewrites the index.
  void CloseFile();

 private:
  Status OpenFile();
  Status CheckFreeSpace() const;
  Status SaveToFile(const pipeline::Record& record);
  // Gives up the current file: what it had not made durable is lost.
  void Fail(const Status& status);
  void SettleFlushed();

  const HitRecorderOptions& options_;
  const HitRecorderEvents& events_;
  const Clock& clock_;
  cxi::HitWriterOptions file_options_;
  const std::string series_;
  int64_t max_hits_per_file_;
  int next_number_ = 1;
  std::unique_ptr<cxi::HitWriter> writer_;
  std::string file_name_;
  cxi::HitIndex index_;
  bool index_is_stale_ = false;
  std::vector<pipeline::Record> unflushed_;  // without their pixels
  int64_t retry_at_ns_ = 0;
  telemetry::LogLimiter failure_log_;
};

}  // namespace airy::sinks

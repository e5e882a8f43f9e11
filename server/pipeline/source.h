#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "preprocess/frame/frame.h"
#include "preprocess/transform/hit_finder.h"
#include "preprocess/transform/rescale.h"

namespace airy::pipeline {

enum class SourcePolicy {
  kNewest,    // live monitoring: when something is full, the oldest frame is dropped
  kLossless,  // back-pressure through every queue to the socket; PULL and REQ only
};

// One configured detector source, as far as the pipeline cares. Immutable after start.
struct SourceInfo {
  std::string name;  // [a-z0-9_-]{1,32}
  int index = 0;     // position among the sources
  SourcePolicy policy = SourcePolicy::kNewest;
  double counts_scale = 1;  // multiplies counts before the network sees them
  transform::HitFinderOptions hit_finder;
  transform::RescaleOptions rescale;
  std::vector<uint8_t> mask;  // rows * cols, 1 good; or empty
  std::vector<float> dark;    // rows * cols counts; or empty
  int mask_rows = 0;          // shape of mask and dark
  int mask_cols = 0;
};

// Why a message never became a frame. A closed list: it is a metric label.
enum class RejectReason : uint8_t {
  kTruncated,    // fewer parts or bytes than announced
  kMalformed,    // not MessagePack, not the protocol, parts out of order
  kOversized,    // larger than the configured limit
  kMissingKey,   // the configured array or id is not in it
  kBadType,      // a dtype that is not supported
  kBadShape,     // axes do not match the configured ones
  kServerError,  // the sender answered with an error
};
inline constexpr const char* kRejectReasonNames[] = {
    "truncated", "malformed", "oversized",   "missing_key",
    "bad_type",  "bad_shape", "server_error"};

// The door into the pipeline for one source; ingest calls it from that source's thread.
class Intake {
 public:
  virtual ~Intake() = default;
  virtual const SourceInfo& source() const = 0;
  // Takes a decoded frame. Counts it as received, notices gaps in its ids, and queues it
  // by the source's policy: kLossless may block. False once the pipeline is closing.
  virtual bool Submit(Frame frame) = 0;
  // Counts a message that never became a frame and logs it, rate-limited.
  virtual void Reject(RejectReason reason, const std::string& detail) = 0;
  // For the log and the connected gauge.
  virtual void SetConnected(bool connected) = 0;
};

}  // namespace airy::pipeline

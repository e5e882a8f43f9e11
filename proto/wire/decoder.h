#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "preprocess/frame/frame.h"
#include "proto/wire/raw_message.h"

namespace airy::wire {

// What a message may ask for before it is refused.
struct DecoderLimits {
  size_t max_parts = 4096;
  size_t max_header_bytes = size_t{1} << 20;  // of one MessagePack part
  uint64_t max_frames = 65536;                // in one train
  uint64_t max_edge_pixels = 65536;           // modules * rows, and cols
};

// How the frames of one source are found in a message.
struct DecoderOptions {
  std::string source;  // the sender's name for it; empty: the first with `key`
  std::string key = "image.data";  // path of the pixel array
  std::string axes = "fyx";        // see AxisOrder
  // Path of the array with one pulse id per frame; empty: the pulse id is the frame's
  // index in its train.
  std::string pulse_id_key;
  std::optional<PixelType> expected_type;  // any other is refused; empty: all supported
  DecoderLimits limits;
};

// Why a message, or the array looked for in it, gave no frames.
enum class RejectKind : uint8_t {
  kTruncated,    // fewer parts or bytes than announced
  kMalformed,    // not the protocol
  kOversized,    // beyond DecoderLimits
  kMissingKey,   // the source, the array or an id is not there
  kBadType,      // a dtype that is not supported or not the expected one
  kBadShape,     // axes that do not fit DecoderOptions::axes
  kServerError,  // the sender answered with an error
};

struct Rejection {
  RejectKind kind;
  std::string detail;  // names the part, the value found and what was expected
};

// What one message held. Both can be set: a message with one unreadable array may still
// give the frames asked for. Neither is set for a train without pulses.
struct Decoded {
  // In the order of the train, with ids, pixels, owner and detector time filled in;
  // id.source and the arrival times are left to the caller.
  std::vector<Frame> frames;
  std::optional<Rejection> rejection;  // the first one found
};

// Turns messages of one protocol into frames. Never throws and never crashes, whatever
// the bytes. Owned by one thread.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual Decoded Decode(const RawMessage& message) = 0;
};

}  // namespace airy::wire

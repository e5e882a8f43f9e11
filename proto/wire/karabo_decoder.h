#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "preprocess/frame/result.h"
#include "proto/wire/axis_order.h"
#include "proto/wire/decoder.h"

namespace airy::wire {

// Karabo bridge 2.2 (FORMAT.md). What is wrong with an array that is not asked for never
// costs the frames of the one that is. Owned by one thread.
class KaraboDecoder : public Decoder {
 public:
  // InvalidArgument when the key is empty or the axes are not an AxisOrder.
  static Result<std::unique_ptr<Decoder>> Create(const DecoderOptions& options);

  Decoded Decode(const RawMessage& message) override;

 private:
  struct Block;

  KaraboDecoder(const DecoderOptions& options, AxisOrder axes)
      : options_(options), axes_(std::move(axes)) {}

  // Looks for the block with the configured array; the rejection is the first found.
  Block FindBlock(const RawMessage& message, std::optional<Rejection>* rejection) const;
  std::optional<Rejection> MakeFrames(const RawMessage& message, const Block& block,
                                      std::vector<Frame>* frames) const;
  std::optional<Rejection> ReadPulseIds(const Block& block, uint64_t count,
                                        std::vector<uint64_t>* ids) const;

  const DecoderOptions options_;
  const AxisOrder axes_;
};

}  // namespace airy::wire

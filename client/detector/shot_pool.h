#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "preprocess/frame/frame.h"
#include "preprocess/frame/result.h"
#include "proto/images/image_reader.h"

namespace airy::detector {

// Bytes and who keeps them alive.
struct OwnedBytes {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes;
};

// The shots that are streamed. Up to kMaxBytesInMemory they are all in memory before the
// clock starts, and each is sent from there without another copy; of a larger set, shots
// are read when they are due, one at a time. Owned by one thread.
class ShotPool : public std::enable_shared_from_this<ShotPool> {
 public:
  static constexpr size_t kMaxBytesInMemory = size_t{2} << 30;

  // Errors as images::ImageReader::Open; ResourceExhausted when the shots do not fit in
  // memory.
  static Result<std::shared_ptr<ShotPool>> Open(
      std::span<const std::string> names, size_t max_bytes_in_memory = kMaxBytesInMemory);

  int64_t shots() const { return info_.shots; }
  int rows() const { return info_.rows; }
  int cols() const { return info_.cols; }
  PixelType type() const { return info_.type; }
  size_t shot_bytes() const { return shot_bytes_; }
  // The pixels of shot 0..shots() - 1. NotFound or DataLoss when they cannot be read any
  // more.
  Result<OwnedBytes> Pixels(int64_t shot);
  bool labelled() const { return !labels_.empty(); }
  // Labelled pools only.
  const cxi::Labels& labels(int64_t shot) const {
    return labels_[static_cast<size_t>(shot)];
  }
  bool IsHit(int64_t shot) const { return labels(shot)[kEmpty] == 0; }

 private:
  ShotPool() = default;
  Status LoadAll(const std::string& name);

  cxi::ShotSetInfo info_;
  size_t shot_bytes_ = 0;
  std::unique_ptr<std::byte[]> pixels_;          // of all shots, or none
  std::unique_ptr<images::ImageReader> reader_;  // while not all are in memory
  std::vector<cxi::Labels> labels_;
};

}  // namespace airy::detector

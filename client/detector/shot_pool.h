#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "preprocess/frame/frame.h"
#include "preprocess/frame/result.h"
#include "proto/cxi/shot_file.h"

namespace airy::detector {

// All shots of a CXI file in memory, ready to be sent without another copy. Immutable.
class ShotPool {
 public:
  // As cxi::ShotReader::Open; ResourceExhausted when the shots do not fit in memory.
  static Result<std::shared_ptr<const ShotPool>> Load(const std::string& path,
                                                      const std::string& dataset_path);

  int64_t shots() const { return info_.shots; }
  int rows() const { return info_.rows; }
  int cols() const { return info_.cols; }
  PixelType type() const { return info_.type; }
  size_t shot_bytes() const { return shot_bytes_; }
  std::span<const std::byte> Pixels(int64_t shot) const {
    return {pixels_.get() + static_cast<size_t>(shot) * shot_bytes_, shot_bytes_};
  }
  bool labelled() const { return !labels_.empty(); }
  // Labelled pools only.
  const cxi::Labels& labels(int64_t shot) const {
    return labels_[static_cast<size_t>(shot)];
  }
  bool IsHit(int64_t shot) const { return labels(shot)[kEmpty] == 0; }

 private:
  ShotPool() = default;

  cxi::ShotSetInfo info_;
  size_t shot_bytes_ = 0;
  std::unique_ptr<std::byte[]> pixels_;
  std::vector<cxi::Labels> labels_;
};

}  // namespace airy::detector

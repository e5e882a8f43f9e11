#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "preprocess/frame/classes.h"
#include "preprocess/frame/frame.h"
#include "preprocess/frame/result.h"

namespace airy::cxi {

// The network that judged a hit.
struct HitModel {
  std::string_view name;
  std::string_view version;
  std::string_view sha256;  // lower-case hex
  ClassProbabilities thresholds{};
};

// One classified frame, as it is written beside its pixels.
struct Hit {
  FrameId id;
  int64_t detector_time_unix_ns = 0;  // 0: none given
  int64_t arrival_unix_ns = 0;
  int64_t lit_pixels = 0;
  ClassProbabilities probabilities{};
  uint16_t labels = 0;  // bit i: class i
  HitModel model;
};

struct HitWriterOptions {
  std::string path;
  std::string title;
  std::string source;  // of all its frames
  int rows = 0;        // of the stacked image
  int cols = 0;
  PixelType type = PixelType::kUint16;
  std::vector<uint32_t> mask;  // CXI bits, rows * cols; empty: every pixel is good
  bool compress = false;       // byte shuffle and deflate level 1: 30 times the CPU time
};

// Writes hits into one CXI 1.6 file while others read it: HDF5 single writer, multiple
// readers (layout in proto/cxi/README.md). The file appears under its name once readers
// may open it, with h5py.File(path, "r", swmr=True).
//
// Pixels are written by Append, all numbers beside them by Flush, ids last: readers use
// the length of /entry_1/train_id as the number of shots. Killed without warning, the
// file holds every hit up to the last Flush, opens with swmr=True at once, and without
// it after MendHitFiles. Until Close the file is locked shared (flock), which tells
// MendHitFiles that somebody writes it.
//
// After an error nothing more can be appended; what was flushed stays. Owned by one
// thread.
class HitWriter {
 public:
  // ResourceExhausted or Internal when the file cannot be made.
  static Result<std::unique_ptr<HitWriter>> Create(const HitWriterOptions& options);
  ~HitWriter();  // closes, ignoring errors

  // `pixels` must have the shape and type of the options. Dense pixels go to the file
  // from where they lie; others are gathered into one image first.
  Status Append(const Hit& hit, const PixelView& pixels);
  // Makes every hit appended so far durable against the death of this process.
  Status Flush();
  // Flushes and closes, after which the file opens plainly.
  Status Close();

  const std::string& path() const;
  int64_t hits() const;  // appended
  // The labels of those that are durable, in file order. Valid until the next call.
  std::span<const uint16_t> flushed_labels() const;

 private:
  struct File;
  explicit HitWriter(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

}  // namespace airy::cxi

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "preprocess/frame/classes.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/ccf_options.h"

namespace airy::model {

// What a loaded checkpoint says of itself, stamped on every result.
struct ModelInfo {
  std::string name;           // file name without extension, e.g. "resnet18-log-image"
  std::string version;        // from the checkpoint's metadata
  std::string sha256;         // of the checkpoint file, lower-case hex
  std::string architecture;   // e.g. "resnet18-log"
  std::string device;         // "cpu", "cuda:0"
  std::string dtype;          // "fp32", "bf16": what was chosen
  std::string memory_format;  // "nchw", "channels_last": what was chosen
  ClassProbabilities thresholds{};  // a class is labelled when probability >= threshold
  // When set, it was trained on these CCF maps of images, not on the images.
  std::optional<transform::CcfOptions> ccf;
  // Pixels along the edge of what it was trained on; Run averages down to it.
  int input_size = kInputSize;
  // Mean count per pixel of the images it was trained on, gain augmentation included:
  // quantiles 0.01 and 0.99 over images. A stream outside has another gain.
  float input_mean_p01 = 0;
  float input_mean_p99 = 0;
};

// Runs a network on batches of images. Implementations say on which threads Run may be
// called; all of them allow one caller at a time.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual const ModelInfo& info() const = 0;
  virtual int max_batch() const = 0;
  // Classifies images[i] (kInputSize x kInputSize float32, row-major; mean counts per
  // pixel or, where info().ccf is set, their map) into probabilities[i]. Both spans have
  // the same size, 1..max_batch(). Internal when the device fails; probabilities are then
  // unspecified.
  virtual Status Run(std::span<const float* const> images,
                     std::span<ClassProbabilities> probabilities) = 0;
  // The same of raw frames: frames[i] holds the counts of a frame of the shape that the
  // engine was made for, row-major, which it calibrates, rescales and maps itself.
  // FailedPrecondition from an engine made for images alone.
  virtual Status RunFrames(std::span<const uint16_t* const> frames,
                           std::span<ClassProbabilities> probabilities) {
    static_cast<void>(frames);
    static_cast<void>(probabilities);
    return {StatusCode::kFailedPrecondition,
            "the engine takes images; it was made without the shape of frames"};
  }
  // Runs every batch size once or more, so that no later call pays for a first time.
  virtual Status WarmUp() = 0;
};

}  // namespace airy::model

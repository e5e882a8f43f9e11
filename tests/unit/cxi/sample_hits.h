#pragma once

#include <numeric>
#include <string>
#include <vector>

#include "proto/cxi/hit_writer.h"

namespace airy::cxi {

inline constexpr int kSampleRows = 24;
inline constexpr int kSampleCols = 32;

// Pixels and numbers that tell which hit they belong to.
inline std::vector<uint16_t> SamplePixels(int64_t index) {
  std::vector<uint16_t> pixels(kSampleRows * kSampleCols);
  std::iota(pixels.begin(), pixels.end(), static_cast<uint16_t>(7 * index));
  return pixels;
}

// Every hit is round, every second one bent, every fifth empty.
inline Hit SampleHit(int64_t index) {
  Hit hit;
  hit.id = {"ldm", static_cast<uint64_t>(10'000 + index / 2),
            static_cast<uint64_t>(index % 2)};
  hit.detector_time_unix_ns = 1'700'000'000'000'000'000 + index;
  hit.arrival_unix_ns = hit.detector_time_unix_ns + 1'000;
  hit.lit_pixels = 2'000 + index;
  hit.model = {"resnet18-log-image", "3", std::string_view("0123456789abcdef"), {}};
  hit.model.thresholds.fill(0.5F);
  const auto set = [&](ClassIndex c) {
    hit.labels |= static_cast<uint16_t>(1U << c);
    hit.probabilities[c] = 0.75F + static_cast<float>(index % 64) / 256;
  };
  set(kRound);
  if (index % 2 == 0) set(kBent);
  if (index % 5 == 0) set(kEmpty);
  return hit;
}

inline HitWriterOptions SampleOptions(const std::string& path) {
  HitWriterOptions options;
  options.path = path;
  options.title = "sample hits";
  options.source = "ldm";
  options.rows = kSampleRows;
  options.cols = kSampleCols;
  return options;
}

inline Status AppendSample(int64_t index, HitWriter* writer) {
  const std::vector<uint16_t> pixels = SamplePixels(index);
  return writer->Append(SampleHit(index), DenseView(pixels.data(), PixelType::kUint16,
                                                    kSampleRows, kSampleCols));
}

}  // namespace airy::cxi

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "model/engine.h"
#include "preprocess/frame/classes.h"
#include "preprocess/frame/frame.h"
#include "preprocess/frame/image.h"
#include "preprocess/transform/hit_finder.h"

namespace airy::pipeline {

// Where a frame can be lost, and why. Both are closed lists: they are metric labels.
enum class Stage : uint8_t { kIngest, kPreprocess, kBatch, kEngine, kRecorder };
inline constexpr std::array<std::string_view, 5> kStageNames = {
    "ingest", "preprocess", "batch", "engine", "recorder"};

enum class DropReason : uint8_t {
  kQueueFull,    // a newer frame took its place, or there was no room
  kBadShape,     // not the shape the source is configured for
  kBadType,      // a pixel type that cannot be processed
  kNotFinite,    // no finite unmasked pixel
  kEngineError,  // the network failed on its batch
  kWriteError,   // the file could not be written
  kShutdown,     // the daemon stopped before its turn
};
inline constexpr std::array<std::string_view, 7> kDropReasonNames = {
    "queue_full",   "bad_shape",   "bad_type", "not_finite",
    "engine_error", "write_error", "shutdown"};

// How a frame ended. Every received frame ends as exactly one record.
enum class Outcome : uint8_t { kClassified, kMiss, kDropped };

// Nanoseconds on the steady clock at which the frame passed; 0 where it did not.
struct StageTimes {
  int64_t arrival_ns = 0;  // the whole message was received
  int64_t decoded_ns = 0;
  int64_t preprocess_start_ns = 0;
  int64_t preprocess_end_ns = 0;  // scored and, for a hit, rescaled and mapped
  int64_t infer_start_ns = 0;     // its batch was closed
  int64_t infer_end_ns = 0;
  int64_t published_ns = 0;
};

// What a source is, as far as the pipeline cares. Lives as long as the process.
struct SourceInfo;

// The end of one frame's way. Immutable once published; shared by all consumers.
struct Record {
  FrameId id;
  const SourceInfo* source = nullptr;
  Outcome outcome = Outcome::kClassified;
  int64_t detector_time_unix_ns = 0;  // 0: none given
  int64_t arrival_unix_ns = 0;
  StageTimes times;

  // Outcome kDropped:
  Stage drop_stage{};
  DropReason drop_reason{};

  // Scored frames:
  transform::HitDecision hit;

  // Outcome kClassified:
  ClassProbabilities probabilities{};
  uint16_t labels = 0;  // bit i: probability of class i reached the model's threshold
  std::shared_ptr<const model::ModelInfo> model;
  std::shared_ptr<const Image> image;  // mean counts per pixel, kInputSize squared
  std::shared_ptr<const Image> map;    // its CCF map, where the network sees that

  // The detector frame itself; kept for hits only, as the recorder wants it.
  std::shared_ptr<const Frame> frame;
};

// What the network sees of a record that has its image.
inline const Image& NetworkInput(const Record& record) {
  return record.map ? *record.map : *record.image;
}

inline bool HasLabel(const Record& record, int class_index) {
  return (record.labels >> class_index) & 1U;
}

}  // namespace airy::pipeline

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "server/pipeline/record.h"
#include "server/pipeline/source.h"

namespace airy::testing {

// Records as the pipeline would publish them, with every field set to something telling.

inline const pipeline::SourceInfo& Source(std::string_view name = "cam1") {
  static const auto sources = [] {
    std::array<pipeline::SourceInfo, 2> both;
    both[0].name = "cam1";
    both[1].name = "cam2";
    return both;
  }();
  return sources[name == "cam2" ? 1 : 0];
}

inline pipeline::Record MakeRecord(uint64_t train_id, std::string_view source = "cam1") {
  pipeline::Record record;
  record.source = &Source(source);
  record.id = {record.source->name, train_id, train_id % 10};
  record.detector_time_unix_ns = 1'700'000'000'000'000'000;
  record.arrival_unix_ns = 1'700'000'000'001'000'000;
  record.times = {.arrival_ns = 1'000'000,
                  .decoded_ns = 2'000'000,
                  .preprocess_start_ns = 4'000'000,
                  .preprocess_end_ns = 0,
                  .infer_start_ns = 0,
                  .infer_end_ns = 0,
                  .published_ns = 64'000'000};
  return record;
}

inline pipeline::Record MakeMiss(uint64_t train_id, std::string_view source = "cam1") {
  pipeline::Record record = MakeRecord(train_id, source);
  record.outcome = pipeline::Outcome::kMiss;
  record.times.preprocess_end_ns = 7'000'000;
  record.hit = {.is_hit = false, .lit_pixels = 12, .valid_pixels = 1000};
  return record;
}

inline pipeline::Record MakeDrop(uint64_t train_id, std::string_view source = "cam1") {
  pipeline::Record record = MakeRecord(train_id, source);
  record.outcome = pipeline::Outcome::kDropped;
  record.drop_stage = pipeline::Stage::kPreprocess;
  record.drop_reason = pipeline::DropReason::kQueueFull;
  return record;
}

inline std::shared_ptr<const model::ModelInfo> FakeModel() {
  auto model = std::make_shared<model::ModelInfo>();
  model->name = "fake";
  model->version = "7";
  model->sha256 = std::string(64, 'a');
  model->thresholds.fill(0.5F);
  return model;
}

// A classified hit with the given probability of class kRound, and 0.1 of all others.
inline pipeline::Record MakeHit(uint64_t train_id, float round = 0.9F,
                                std::string_view source = "cam1") {
  static const std::shared_ptr<const model::ModelInfo> model = FakeModel();
  pipeline::Record record = MakeMiss(train_id, source);
  record.outcome = pipeline::Outcome::kClassified;
  record.times.infer_start_ns = 12'000'000;
  record.times.infer_end_ns = 32'000'000;
  record.hit = {.is_hit = true, .lit_pixels = 5000, .valid_pixels = 9000};
  record.probabilities.fill(0.1F);
  record.probabilities[kRound] = round;
  record.labels = round >= 0.5F ? 1U << kRound : 0;
  record.model = model;
  auto image = std::make_shared<Image>(kInputSize, kInputSize);
  image->at(3, 4) = static_cast<float>(train_id);
  record.image = std::move(image);
  return record;
}

inline std::shared_ptr<const pipeline::Record> Share(pipeline::Record record) {
  return std::make_shared<const pipeline::Record>(std::move(record));
}

}  // namespace airy::testing

#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server/pipeline/intake.h"
#include "server/pipeline/ledger.h"
#include "server/pipeline/pipeline.h"
#include "tests/fakes/fake_clock.h"

namespace airy::pipeline {

// Small sources: 16x16 frames are hits when 10 pixels exceed 50 counts.
inline SourceInfo SmallSource(const std::string& name, int index,
                              SourcePolicy policy = SourcePolicy::kNewest) {
  SourceInfo source;
  source.name = name;
  source.index = index;
  source.policy = policy;
  source.hit_finder = {.threshold_counts = 50, .min_lit_pixels = 10};
  return source;
}

// A 16x16 frame full of `value`.
inline Frame UniformFrame(uint64_t train_id, uint16_t value, const Clock& clock,
                          int rows = 16) {
  auto pixels =
      std::make_shared<std::vector<uint16_t>>(static_cast<size_t>(rows) * 16, value);
  Frame frame;
  frame.id.train_id = train_id;
  frame.pixels = DenseView(pixels->data(), PixelType::kUint16, rows, 16);
  frame.owner = pixels;
  frame.arrival_steady_ns = clock.SteadyNs();
  frame.arrival_unix_ns = clock.UnixNs();
  return frame;
}
inline constexpr uint16_t kHit = 80;
inline constexpr uint16_t kNoHit = 1;

// Everything a stage needs around it, and a mailbox that remembers every record.
struct Rig {
  explicit Rig(std::vector<SourceInfo> with = {SmallSource("demo", 0)})
      : sources(std::move(with)) {
    mailbox = hub.Subscribe({.name = "test", .capacity = 100'000});
  }

  // An unfinished record of source 0, as a frame worker makes it for a hit.
  std::shared_ptr<Record> HitRecord(uint64_t train_id, float first_pixel = 80) {
    QueuedFrame queued{UniformFrame(train_id, kHit, clock), &sources[0],
                       clock.SteadyNs()};
    queued.frame.id.source = sources[0].name;
    auto record = OpenRecord(queued);
    record->hit = {.is_hit = true, .lit_pixels = 256, .valid_pixels = 256};
    auto image = std::make_shared<Image>(kInputSize, kInputSize);
    for (float& pixel : image->pixels()) pixel = first_pixel;
    record->image = image;
    return record;
  }

  // The records published so far.
  std::vector<std::shared_ptr<const Record>> Published() {
    std::vector<std::shared_ptr<const Record>> records;
    bool closed = false;
    while (auto record = mailbox->PopFor(std::chrono::nanoseconds(0), &closed)) {
      records.push_back(*record);
    }
    return records;
  }

  double Dropped(Stage stage, DropReason reason, size_t source = 0) {
    return metrics.sources[source]
        .dropped[static_cast<size_t>(stage)][static_cast<size_t>(reason)]
        ->Value();
  }

  std::vector<SourceInfo> sources;
  testing::FakeClock clock;
  telemetry::Metrics metrics{LabelsFor(sources)};
  Hub hub;
  std::shared_ptr<Mailbox> mailbox;
  Ledger ledger{hub, metrics, clock};
};

}  // namespace airy::pipeline

// Conservation: whatever the load, the policies and the failures, every frame that was
// taken in ends as exactly one record, and the metrics add up to what was submitted.

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <map>
#include <random>
#include <thread>

#include "server/pipeline/pipeline.h"
#include "tests/fakes/fake_engine.h"
#include "tests/unit/pipeline/rig.h"

namespace airy::pipeline {
namespace {

struct Load {
  unsigned seed;
  double failing_batches;  // share
  bool stop_midway;
  bool classify_misses;
};

std::ostream& operator<<(std::ostream& out, const Load& load) {
  return out << "seed " << load.seed << " failing " << load.failing_batches << " midway "
             << load.stop_midway << " misses " << load.classify_misses;
}

// Keeps a thread busy for about as long as a small network would.
void Work(unsigned rounds) {
  volatile unsigned sum = 0;
  for (unsigned i = 0; i < rounds; ++i) sum = sum + i;
}

Frame RandomFrame(uint64_t train_id, std::mt19937& random) {
  const unsigned dice = random() % 20;
  Frame frame = UniformFrame(train_id, dice < 8 ? kHit : kNoHit, SystemClock());
  if (dice == 19) {
    auto nothing =
        std::make_shared<std::vector<float>>(256, std::numeric_limits<float>::infinity());
    frame.pixels = DenseView(nothing->data(), PixelType::kFloat32, 16, 16);
    frame.owner = nothing;
  }
  return frame;
}

class ConservationTest : public ::testing::TestWithParam<Load> {};

TEST_P(ConservationTest, EveryFrameEndsExactlyOnce) {
  constexpr uint64_t kFrames = 600;
  const Load load = GetParam();
  const std::vector<SourceInfo> sources = {
      SmallSource("live", 0), SmallSource("file", 1, SourcePolicy::kLossless),
      SmallSource("live2", 2)};
  telemetry::Metrics metrics(LabelsFor(sources));
  std::mt19937 engine_random(load.seed + 1000);
  std::bernoulli_distribution fails(load.failing_batches);
  std::vector<std::unique_ptr<model::Engine>> engines;
  engines.push_back(std::make_unique<testing::FakeEngine>(4, [&](auto images) {
    Work(20'000 * static_cast<unsigned>(images.size()));
    return fails(engine_random) ? Internal("no luck") : OkStatus();
  }));
  PipelineOptions options;
  options.worker_threads = 2;
  options.frame_queue_capacity = 4;
  options.classify_misses = load.classify_misses;
  options.batch = {
      .max_size = 4, .max_delay_us = 100, .frame_capacity = 3, .request_capacity = 2};
  auto pipeline = Pipeline::Create(options, sources, {{}, {}, {}}, std::move(engines),
                                   metrics, SystemClock(), [](auto, auto) { FAIL(); })
                      .value();
  auto everything = pipeline->hub().Subscribe({.name = "all", .capacity = 100'000});
  std::atomic<int> lost_by_recorder{0};
  auto recorder = pipeline->hub().Subscribe(
      {.name = "recorder", .capacity = 2, .blocks_lossless = true, .hits_only = true},
      [](void* lost, const Mailbox&, const Record&) {
        ++*static_cast<std::atomic<int>*>(lost);
      },
      &lost_by_recorder);
  std::atomic<int> saved{0};
  std::jthread recording([&] {
    while (recorder->Pop()) {
      Work(50'000);
      ++saved;
    }
  });
  pipeline->Start();

  std::atomic<int> asked{0}, answered{0};
  std::atomic<uint64_t> submitted[3] = {};
  {
    std::vector<std::jthread> threads;
    for (size_t s = 0; s < sources.size(); ++s) {
      threads.emplace_back([&, s] {
        std::mt19937 random(load.seed * 10 + static_cast<unsigned>(s));
        for (uint64_t train = 1; train <= kFrames; ++train) {
          ++submitted[s];
          if (!pipeline->intake(s).Submit(RandomFrame(train, random))) return;
          if (random() % 4 == 0) Work(100'000);
        }
      });
    }
    threads.emplace_back([&] {
      const auto image = std::make_shared<Image>(kInputSize, kInputSize);
      for (int i = 0; i < 50; ++i) {
        ++asked;
        pipeline->inference().Classify(image, 0, nullptr,
                                       [&](const auto&) { ++answered; });
        Work(50'000);
      }
    });
    if (load.stop_midway) {
      while (metrics.sources[1].received->Value() < kFrames / 3)
        std::this_thread::yield();
      pipeline->BeginDrain(SystemClock().SteadyNs());
    }
  }
  pipeline->Stop(SystemClock().SteadyNs() + 60'000'000'000, [](auto) {});
  recording.join();

  std::map<std::pair<const SourceInfo*, uint64_t>, int> ends;
  int64_t classified_hits = 0;
  std::vector<std::map<Outcome, double>> outcomes(sources.size());
  while (const auto popped = everything->Pop()) {
    const Record& record = **popped;
    ++ends[{record.source, record.id.train_id}];
    ++outcomes[static_cast<size_t>(record.source->index)][record.outcome];
    classified_hits += record.outcome == Outcome::kClassified && record.hit.is_hit;
    if (record.source->policy == SourcePolicy::kLossless &&
        record.outcome == Outcome::kDropped) {
      EXPECT_NE(record.drop_reason, DropReason::kQueueFull);
    }
  }
  uint64_t total = 0;
  for (size_t s = 0; s < sources.size(); ++s) {
    const auto& series = metrics.sources[s];
    double dropped = 0;
    for (const auto& reasons : series.dropped) {
      for (const auto* reason : reasons) dropped += reason->Value();
    }
    total += submitted[s];
    EXPECT_EQ(series.received->Value(), static_cast<double>(submitted[s])) << s;
    EXPECT_EQ(series.classified->Value(), outcomes[s][Outcome::kClassified]) << s;
    EXPECT_EQ(series.misses->Value(), outcomes[s][Outcome::kMiss]) << s;
    EXPECT_EQ(dropped, outcomes[s][Outcome::kDropped]) << s;
    EXPECT_EQ(series.received->Value(),
              series.classified->Value() + series.misses->Value() + dropped)
        << s;
    EXPECT_EQ(series.id_gaps->Value(), 0) << s;
  }
  EXPECT_EQ(ends.size(), total);
  for (const auto& [id, count] : ends) EXPECT_EQ(count, 1) << id.second;
  EXPECT_EQ(saved + lost_by_recorder, classified_hits);
  EXPECT_EQ(asked, answered);
  if (!load.stop_midway) {
    EXPECT_EQ(total, 3 * kFrames);
    const auto& lossless = metrics.sources[1];
    EXPECT_EQ(lossless.received->Value(), static_cast<double>(kFrames));
  }
}

INSTANTIATE_TEST_SUITE_P(Loads, ConservationTest,
                         ::testing::Values(Load{1, 0, false, false},
                                           Load{2, 0.3, false, false},
                                           Load{3, 0, true, false},
                                           Load{4, 0.3, true, true},
                                           Load{5, 0, false, true}));

}  // namespace
}  // namespace airy::pipeline

// What the pipeline itself costs a frame, without a network: a fake engine answers at
// once, so that every microsecond here is queues, threads and bookkeeping.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "server/pipeline/image_pool.h"
#include "server/pipeline/pipeline.h"
#include "tests/bench/ring_frame.h"
#include "tests/fakes/fake_engine.h"

namespace airy::pipeline {
namespace {

constexpr int kEdge = 1035;

// A running pipeline of one lossless source with one worker and one engine.
class Bench {
 public:
  explicit Bench(bool maps = false) {
    SourceInfo source;
    source.name = "bench";
    source.policy = SourcePolicy::kLossless;
    const std::vector<SourceInfo> sources = {source};
    metrics_ = std::make_unique<telemetry::Metrics>(LabelsFor(sources));
    std::vector<std::unique_ptr<model::Engine>> engines;
    PipelineOptions options;
    if (maps) options.ccf.emplace();
    auto engine = std::make_unique<testing::FakeEngine>();
    engine->mutable_info().ccf = options.ccf;
    engines.push_back(std::move(engine));
    options.batch.max_delay_us = 0;
    pipeline_ = Pipeline::Create(options, sources, {{}}, std::move(engines), *metrics_,
                                 SystemClock(), [](auto, auto) {})
                    .value();
    results_ = pipeline_->hub().Subscribe({.name = "bench", .capacity = 100'000});
    pipeline_->Start();
  }

  void Submit(const std::shared_ptr<std::vector<uint16_t>>& pixels) {
    Frame frame;
    frame.id.train_id = ++train_;
    frame.pixels = DenseView(pixels->data(), PixelType::kUint16, kEdge, kEdge);
    frame.owner = pixels;
    frame.arrival_steady_ns = SystemClock().SteadyNs();
    pipeline_->intake(0).Submit(std::move(frame));
  }
  std::shared_ptr<const Record> Result() { return *results_->Pop(); }

 private:
  std::unique_ptr<telemetry::Metrics> metrics_;
  std::unique_ptr<Pipeline> pipeline_;
  std::shared_ptr<Mailbox> results_;
  uint64_t train_ = 0;
};

std::shared_ptr<std::vector<uint16_t>> Pixels(uint16_t value) {
  return std::make_shared<std::vector<uint16_t>>(size_t{kEdge} * kEdge, value);
}

// From Submit to the published result, one frame at a time.
void Latency(benchmark::State& state, uint16_t value) {
  Bench bench;
  const auto pixels = Pixels(value);
  for (auto _ : state) {
    bench.Submit(pixels);
    benchmark::DoNotOptimize(bench.Result());
  }
}
void BM_LatencyOfAMiss(benchmark::State& state) { Latency(state, 1); }
void BM_LatencyOfAHit(benchmark::State& state) { Latency(state, 100); }
BENCHMARK(BM_LatencyOfAMiss)->UseRealTime();
BENCHMARK(BM_LatencyOfAHit)->UseRealTime();

// The same for a hit with rings, without and with its CCF map.
void BM_LatencyOfRings(benchmark::State& state) {
  Bench bench(state.range(0) != 0);
  const auto pixels = std::make_shared<std::vector<uint16_t>>(RingFrame(kEdge));
  for (auto _ : state) {
    bench.Submit(pixels);
    benchmark::DoNotOptimize(bench.Result());
  }
}
BENCHMARK(BM_LatencyOfRings)->ArgName("mapped")->Arg(0)->Arg(1)->UseRealTime();

// Frames per second of one worker when frames never run out, one of five a hit.
void BM_Throughput(benchmark::State& state) {
  Bench bench;
  const auto hit = Pixels(100);
  const auto miss = Pixels(1);
  constexpr int kFrames = 100;
  for (auto _ : state) {
    for (int i = 0; i < kFrames; ++i) bench.Submit(i % 5 == 0 ? hit : miss);
    for (int i = 0; i < kFrames; ++i) benchmark::DoNotOptimize(bench.Result());
  }
  state.SetItemsProcessed(state.iterations() * kFrames);
}
BENCHMARK(BM_Throughput)->UseRealTime();

// Hits per second of one worker when nothing else comes, without and with CCF maps.
void BM_Hits(benchmark::State& state) {
  Bench bench(state.range(0) != 0);
  const auto hit = std::make_shared<std::vector<uint16_t>>(RingFrame(kEdge));
  constexpr int kFrames = 100;
  for (auto _ : state) {
    for (int i = 0; i < kFrames; ++i) bench.Submit(hit);
    for (int i = 0; i < kFrames; ++i) benchmark::DoNotOptimize(bench.Result());
  }
  state.SetItemsProcessed(state.iterations() * kFrames);
}
BENCHMARK(BM_Hits)->ArgName("mapped")->Arg(0)->Arg(1)->UseRealTime();

// A network input for each hit while eight are under way: from the pool, or new each
// time. Writing its pixels is part of both.
template <typename Take>
void Images(benchmark::State& state, Take take) {
  std::vector<std::shared_ptr<Image>> under_way(8);
  size_t next = 0;
  for (auto _ : state) {
    auto& slot = under_way[next++ % under_way.size()];
    slot = take();
    if (slot->empty()) *slot = Image(kInputSize, kInputSize);
    for (float& pixel : slot->pixels()) pixel = 1;
    benchmark::DoNotOptimize(slot->pixels().data());
  }
}
void BM_ImageFromPool(benchmark::State& state) {
  ImagePool pool(8);
  Images(state, [&] { return pool.Take(); });
}
void BM_NewImage(benchmark::State& state) {
  Images(state, [] { return std::make_shared<Image>(); });
}
BENCHMARK(BM_ImageFromPool);
BENCHMARK(BM_NewImage);

}  // namespace
}  // namespace airy::pipeline

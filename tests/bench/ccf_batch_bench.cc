// Cross-correlation maps by LibTorch, a batch at a time as training makes them, beside
// the CPU step that serves, on one thread; and on a GPU where there is one.
#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <algorithm>
#include <cstring>

#include "model/ccf_batch.h"
#include "preprocess/frame/image.h"
#include "preprocess/transform/ccf_map.h"
#include "tests/bench/ring_frame.h"

namespace airy::model {
namespace {

Image Rings() {
  const std::vector<uint16_t> counts = RingFrame(kInputSize);
  Image image(kInputSize, kInputSize);
  std::copy(counts.begin(), counts.end(), image.pixels().begin());
  return image;
}

void CountMaps(benchmark::State& state, int64_t batch) {
  state.counters["maps/s"] = benchmark::Counter(
      static_cast<double>(state.iterations() * batch), benchmark::Counter::kIsRate);
}

void Step(benchmark::State& state) {
  const auto mapper =
      transform::CcfMapper::Create(kInputSize, kInputSize, transform::CcfOptions())
          .value();
  transform::CcfMapper::Workspace workspace(*mapper);
  const Image image = Rings();
  Image map;
  for (auto _ : state) {
    mapper->Apply(image, &workspace, &map);
    benchmark::DoNotOptimize(map.pixels().data());
  }
  CountMaps(state, 1);
}

void Batch(benchmark::State& state, torch::DeviceType type) {
  if (type == torch::kCUDA && !torch::cuda::is_available()) {
    state.SkipWithError("no GPU");
    return;
  }
  torch::set_num_threads(1);
  const torch::Device device(type);
  const auto mapper =
      CcfBatchMapper::Create(kInputSize, kInputSize, transform::CcfOptions(), {}, device)
          .value();
  const Image image = Rings();
  torch::Tensor images = torch::empty({state.range(0), 1, kInputSize, kInputSize});
  for (int64_t i = 0; i < state.range(0); ++i) {
    std::memcpy(images[i].data_ptr<float>(), image.pixels().data(),
                image.pixels().size_bytes());
  }
  images = images.to(device);
  for (auto _ : state) {
    const torch::Tensor maps = mapper.Map(images);
    if (type == torch::kCUDA) torch::cuda::synchronize();
    benchmark::DoNotOptimize(maps.data_ptr<float>());
  }
  CountMaps(state, state.range(0));
}

BENCHMARK(Step)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Batch, cpu, torch::kCPU)
    ->Arg(1)
    ->Arg(8)
    ->Arg(48)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Batch, cuda, torch::kCUDA)
    ->Arg(48)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace airy::model

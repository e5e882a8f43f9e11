// From the bytes of a Karabo bridge message to a decision about each of its frames, on
// one core. Messages come from a pool larger than the second-level cache, as they would
// from a socket; receiving them is not part of it.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "preprocess/transform/preprocessor.h"
#include "proto/wire/karabo_encoder.h"
#include "proto/wire/registry.h"

namespace airy::wire {
namespace {

constexpr char kSource[] = "LDM/DET/PNCCD";
constexpr char kPath[] = "image.data";

template <typename T>
T OrAbort(Result<T> result) {
  if (!result.ok()) std::abort();
  return std::move(result).value();
}

// A train of `frames` images of uint16 counts, as a sender encodes it.
RawMessage MakeMessage(uint64_t train_id, int frames, int edge) {
  struct Parts {
    std::string block;
    std::string properties{kNoProperties};
    std::string array;
    std::vector<uint16_t> pixels;
  };
  auto parts = std::make_shared<Parts>();
  const uint64_t shape[] = {static_cast<uint64_t>(frames), static_cast<uint64_t>(edge),
                            static_cast<uint64_t>(edge)};
  parts->block = EncodeBlockHeader(kSource, train_id, 1'700'000'000'000'000'000);
  parts->array = EncodeArrayHeader(kSource, kPath, "uint16", shape);
  parts->pixels.resize(shape[0] * shape[1] * shape[2]);
  std::mt19937 random(static_cast<unsigned>(train_id));
  for (uint16_t& pixel : parts->pixels) pixel = static_cast<uint16_t>(random() % 100);
  RawMessage message;
  for (const std::string* text : {&parts->block, &parts->properties, &parts->array}) {
    message.parts.push_back(std::as_bytes(std::span(*text)));
  }
  message.parts.push_back(std::as_bytes(std::span(parts->pixels)));
  message.owner = std::move(parts);
  return message;
}

class MessagePool {
 public:
  MessagePool(int frames, int edge) {
    for (uint64_t train = 0; train < 16; ++train) {
      messages_.push_back(MakeMessage(train, frames, edge));
    }
  }
  const RawMessage& Next() { return messages_[next_++ % messages_.size()]; }

 private:
  std::vector<RawMessage> messages_;
  size_t next_ = 0;
};

std::unique_ptr<Decoder> MakeDecoder() {
  DecoderOptions options;
  options.source = kSource;
  options.key = kPath;
  options.axes = "fyx";
  return OrAbort(CreateDecoder("karabo-bridge", options));
}

void CountFrames(benchmark::State& state, int frames) {
  state.SetItemsProcessed(state.iterations() * frames);
}

void Decode(benchmark::State& state) {
  const int frames = static_cast<int>(state.range(0));
  MessagePool pool(frames, static_cast<int>(state.range(1)));
  const auto decoder = MakeDecoder();
  for (auto _ : state) {
    const Decoded decoded = decoder->Decode(pool.Next());
    if (decoded.frames.size() != static_cast<size_t>(frames)) std::abort();
  }
  CountFrames(state, frames);
}
BENCHMARK(Decode)->Args({1, 1035})->Args({64, 259})->ArgNames({"frames", "edge"});

// What a decoder that copies pixels and a plain loop over them would take.
void CopyAndScorePlainLoop(benchmark::State& state) {
  MessagePool pool(1, static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const std::span<const std::byte> payload = pool.Next().parts.back();
    std::vector<uint16_t> pixels(payload.size() / sizeof(uint16_t));
    std::memcpy(pixels.data(), payload.data(), payload.size());
    int64_t lit = 0;
    for (const uint16_t pixel : pixels) lit += pixel > 60 ? 1 : 0;
    benchmark::DoNotOptimize(lit);
  }
  CountFrames(state, 1);
}
BENCHMARK(CopyAndScorePlainLoop)
    ->Arg(1035)
    ->ArgName("edge")
    ->Unit(benchmark::kMillisecond);

// `rescaled_of_ten` frames of ten are rescaled to 224 as well, as hits are.
void DecodeAndScore(benchmark::State& state) {
  const int frames = static_cast<int>(state.range(0));
  MessagePool pool(frames, static_cast<int>(state.range(1)));
  const auto decoder = MakeDecoder();
  const auto preprocessor = OrAbort(transform::Preprocessor::Create({}));
  Image image;
  int64_t count = 0;
  for (auto _ : state) {
    const Decoded decoded = decoder->Decode(pool.Next());
    for (const Frame& frame : decoded.frames) {
      benchmark::DoNotOptimize(preprocessor->Score(frame.pixels)->lit_pixels);
      if (count++ % 10 < state.range(2)) {
        if (!preprocessor->Rescale(frame.pixels, &image).ok()) std::abort();
        benchmark::DoNotOptimize(image.pixels().data());
      }
    }
  }
  if (count != state.iterations() * frames) std::abort();
  CountFrames(state, frames);
}
BENCHMARK(DecodeAndScore)
    ->Args({1, 1035, 0})
    ->Args({1, 1035, 2})
    ->Args({1, 1035, 10})
    ->Args({64, 259, 0})
    ->Args({64, 259, 10})
    ->ArgNames({"frames", "edge", "rescaled_of_ten"})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace airy::wire

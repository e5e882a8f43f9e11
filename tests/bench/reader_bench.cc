// Reading through a CXI set image by image, beside plain reads of as many bytes of the
// same file. Both come from the page cache.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "proto/images/image_reader.h"
#include "tests/testing/temp_dir.h"

namespace airy::images {
namespace {

constexpr int64_t kSetBytes = 100 << 20;

template <typename T>
T OrAbort(Result<T> result) {
  if (!result.ok()) std::abort();
  return std::move(result).value();
}

// A set of about 100 MiB in a folder of its own.
class CxiSet {
 public:
  CxiSet(int edge, PixelType type)
      : image_bytes_(static_cast<size_t>(edge) * static_cast<size_t>(edge) *
                     PixelSize(type)),
        images_(kSetBytes / static_cast<int64_t>(image_bytes_)) {
    cxi::ShotWriterOptions options;
    options.info.shots = images_;
    options.info.rows = edge;
    options.info.cols = edge;
    options.info.type = type;
    const auto writer = OrAbort(cxi::ShotWriter::Create(path_, options));
    const std::vector<std::byte> pixels(image_bytes_, std::byte{1});
    for (int64_t i = 0; i < images_; ++i) {
      if (!writer->Append(pixels.data(), {}, {}).ok()) std::abort();
    }
    if (!writer->Close().ok()) std::abort();
  }
  const std::string& path() const { return path_; }
  size_t image_bytes() const { return image_bytes_; }
  int64_t images() const { return images_; }

  void Count(benchmark::State& state) const {
    state.SetItemsProcessed(state.iterations() * images_);
    state.SetBytesProcessed(state.iterations() * images_ *
                            static_cast<int64_t>(image_bytes_));
  }

 private:
  airy::testing::TempDir folder_;
  const std::string path_ = folder_.File("set.cxi");
  const size_t image_bytes_;
  const int64_t images_;
};

void PlainRead(benchmark::State& state, int edge, PixelType type) {
  const CxiSet set(edge, type);
  std::vector<std::byte> pixels(set.image_bytes());
  const int file = open(set.path().c_str(), O_RDONLY | O_CLOEXEC);
  for (auto _ : state) {
    for (int64_t i = 0; i < set.images(); ++i) {
      const auto place = i * static_cast<int64_t>(set.image_bytes());
      if (pread(file, pixels.data(), pixels.size(), place) <= 0) std::abort();
      benchmark::DoNotOptimize(pixels.data());
    }
  }
  close(file);
  set.Count(state);
}

void ReadSet(benchmark::State& state, int edge, PixelType type) {
  const CxiSet set(edge, type);
  std::vector<std::byte> pixels(set.image_bytes());
  for (auto _ : state) {
    const auto reader = OrAbort(ImageReader::Open(set.path()));
    for (int64_t i = 0; i < set.images(); ++i) {
      if (!reader->Read(i, pixels.data()).ok()) std::abort();
      benchmark::DoNotOptimize(pixels.data());
    }
  }
  set.Count(state);
}

#define AIRY_SET(name, ...)                                                       \
  BENCHMARK_CAPTURE(PlainRead, name, __VA_ARGS__)->Unit(benchmark::kMillisecond); \
  BENCHMARK_CAPTURE(ReadSet, name, __VA_ARGS__)->Unit(benchmark::kMillisecond)
AIRY_SET(float32_224, 224, PixelType::kFloat32);
AIRY_SET(uint16_1035, 1035, PixelType::kUint16);

}  // namespace
}  // namespace airy::images

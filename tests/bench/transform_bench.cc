// Rescaling and hit finding of one detector frame on one core, each beside a plain loop
// and OpenCV. Frames come from a pool larger than the second-level cache, as they would
// from a socket.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <random>
#include <utility>
#include <vector>

#include "preprocess/transform/hit_finder.h"
#include "preprocess/transform/pixel_types.h"
#include "preprocess/transform/rescale.h"

namespace airy::transform {
namespace {

constexpr int kEdge = 1035;
constexpr size_t kPixels = size_t{kEdge} * kEdge;
constexpr size_t kPoolSize = 16;

// Hands out random frames in turn.
class FramePool {
 public:
  explicit FramePool(PixelType type) : type_(type) {
    std::mt19937 random(1);
    for (std::vector<std::byte>& frame : frames_) {
      frame.resize(kPixels * PixelSize(type));
      VisitPixelType(type, [&](auto pixel) {
        for (size_t i = 0; i < kPixels; ++i) {
          pixel = static_cast<decltype(pixel)>(random() % 100);
          std::memcpy(&frame[i * sizeof(pixel)], &pixel, sizeof(pixel));
        }
      });
    }
  }
  PixelView Next() {
    return DenseView(frames_[next_++ % kPoolSize].data(), type_, kEdge, kEdge);
  }
  cv::Mat NextMat() { return {kEdge, kEdge, CV_16U, const_cast<void*>(Next().data)}; }

 private:
  PixelType type_;
  std::vector<std::vector<std::byte>> frames_{kPoolSize};
  size_t next_ = 0;
};

// Mask and dark of a calibrated detector; empty of one that is not.
struct Calibration {
  explicit Calibration(bool present)
      : mask(present ? kPixels : 0, 1), dark(present ? kPixels : 0, 1.5F) {
    if (present) mask[7] = 0;
  }
  std::vector<uint8_t> mask;
  std::vector<float> dark;
};

template <typename T>
T OrAbort(Result<T> result) {
  if (!result.ok()) std::abort();
  return std::move(result).value();
}

void CountFrames(benchmark::State& state) { state.SetItemsProcessed(state.iterations()); }

// ---- rescale 1035 -> 224

// For every output pixel the sum over the input pixels it covers.
void PlainRescale(const uint16_t* in, float* out) {
  const float step = static_cast<float>(kEdge) / kInputSize;
  const auto overlap = [](float begin, float end, int pixel) {
    const float low = static_cast<float>(pixel);
    return std::min(end, low + 1) - std::max(begin, low);
  };
  for (int i = 0; i < kInputSize; ++i) {
    const float top = static_cast<float>(i) * step;
    const float bottom = std::min(top + step, static_cast<float>(kEdge));
    for (int j = 0; j < kInputSize; ++j) {
      const float left = static_cast<float>(j) * step;
      const float right = std::min(left + step, static_cast<float>(kEdge));
      float sum = 0;
      float area = 0;
      for (int row = static_cast<int>(top); static_cast<float>(row) < bottom; ++row) {
        const float height = overlap(top, bottom, row);
        for (int col = static_cast<int>(left); static_cast<float>(col) < right; ++col) {
          const float weight = height * overlap(left, right, col);
          sum += weight * static_cast<float>(in[row * kEdge + col]);
          area += weight;
        }
      }
      out[i * kInputSize + j] = sum / area;
    }
  }
}

void RescalePlainLoop(benchmark::State& state) {
  FramePool pool(PixelType::kUint16);
  Image image(kInputSize, kInputSize);
  for (auto _ : state) {
    PlainRescale(static_cast<const uint16_t*>(pool.Next().data), image.pixels().data());
    benchmark::DoNotOptimize(image.pixels().data());
  }
  CountFrames(state);
}
BENCHMARK(RescalePlainLoop)->Unit(benchmark::kMillisecond);

void RescaleOpenCvInterArea(benchmark::State& state) {
  cv::setNumThreads(1);
  FramePool pool(PixelType::kUint16);
  cv::Mat counts;
  cv::Mat image;
  for (auto _ : state) {
    const cv::Mat frame = pool.NextMat();
    frame.convertTo(counts, CV_32F);
    cv::resize(counts, image, {kInputSize, kInputSize}, 0, 0, cv::INTER_AREA);
    benchmark::DoNotOptimize(image.data);
  }
  CountFrames(state);
}
BENCHMARK(RescaleOpenCvInterArea)->Unit(benchmark::kMillisecond);

void Rescale(benchmark::State& state, PixelType type, bool calibrated, bool transposed) {
  FramePool pool(type);
  const Calibration calibration(calibrated);
  const auto rescaler =
      OrAbort(Rescaler::Create(kEdge, kEdge, {}, calibration.mask, calibration.dark));
  Image image;
  for (auto _ : state) {
    PixelView view = pool.Next();
    if (transposed) std::swap(view.row_stride, view.col_stride);
    rescaler->Apply(view, 1, &image);
    benchmark::DoNotOptimize(image.pixels().data());
  }
  CountFrames(state);
}
#define AIRY_RESCALE(name, ...) \
  BENCHMARK_CAPTURE(Rescale, name, __VA_ARGS__)->Unit(benchmark::kMillisecond)
AIRY_RESCALE(uint16, PixelType::kUint16, false, false);
AIRY_RESCALE(uint16_mask_dark, PixelType::kUint16, true, false);
AIRY_RESCALE(uint16_transposed, PixelType::kUint16, false, true);
AIRY_RESCALE(uint8, PixelType::kUint8, false, false);
AIRY_RESCALE(int32, PixelType::kInt32, false, false);
AIRY_RESCALE(float32, PixelType::kFloat32, false, false);

// ---- hit score of 1035 x 1035

void ScorePlainLoop(benchmark::State& state) {
  FramePool pool(PixelType::kUint16);
  for (auto _ : state) {
    const auto* pixels = static_cast<const uint16_t*>(pool.Next().data);
    int64_t lit = 0;
    for (size_t i = 0; i < kPixels; ++i) lit += pixels[i] > 60 ? 1 : 0;
    benchmark::DoNotOptimize(lit);
  }
  CountFrames(state);
}
BENCHMARK(ScorePlainLoop)->Unit(benchmark::kMillisecond);

void ScoreOpenCv(benchmark::State& state) {
  cv::setNumThreads(1);
  FramePool pool(PixelType::kUint16);
  cv::Mat lit;
  for (auto _ : state) {
    const cv::Mat frame = pool.NextMat();
    cv::compare(frame, 60, lit, cv::CMP_GT);
    benchmark::DoNotOptimize(cv::countNonZero(lit));
  }
  CountFrames(state);
}
BENCHMARK(ScoreOpenCv)->Unit(benchmark::kMillisecond);

void Score(benchmark::State& state, PixelType type, bool calibrated) {
  FramePool pool(type);
  const Calibration calibration(calibrated);
  const auto finder = OrAbort(
      HitFinder::Create(kEdge, kEdge, type, {}, calibration.mask, calibration.dark));
  for (auto _ : state) {
    benchmark::DoNotOptimize(finder->Decide(pool.Next()).lit_pixels);
  }
  CountFrames(state);
}
#define AIRY_SCORE(name, ...) \
  BENCHMARK_CAPTURE(Score, name, __VA_ARGS__)->Unit(benchmark::kMillisecond)
AIRY_SCORE(uint16, PixelType::kUint16, false);
AIRY_SCORE(uint16_mask_dark, PixelType::kUint16, true);
AIRY_SCORE(uint8, PixelType::kUint8, false);
AIRY_SCORE(int32, PixelType::kInt32, false);
AIRY_SCORE(float32, PixelType::kFloat32, false);

}  // namespace
}  // namespace airy::transform

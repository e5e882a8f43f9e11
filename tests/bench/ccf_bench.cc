// Cross-correlation maps of 224x224 images on one core, beside the same map by plain
// loops and by OpenCV. Images come from a pool larger than the second-level cache.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <random>
#include <vector>

#include "preprocess/transform/ccf_map.h"

namespace airy::transform {
namespace {

constexpr size_t kPoolSize = 16;
constexpr size_t kRings = kInputSize;
constexpr size_t kAngles = 360;
constexpr size_t kPixels = size_t{kInputSize} * kInputSize;
constexpr float kInnerRadius = 17;
constexpr float kOuterRadius = 111;
constexpr int kOrder = 8;

// Hands out rings that fall off outwards, with uniform noise, in turn.
class ImagePool {
 public:
  ImagePool() {
    std::mt19937 random(1);
    std::uniform_real_distribution<float> noise(0, 2);
    for (Image& image : images_) {
      image = Image(kInputSize, kInputSize);
      const float ring_px = 6 + noise(random);
      for (int row = 0; row < kInputSize; ++row) {
        for (int col = 0; col < kInputSize; ++col) {
          const float y = static_cast<float>(row) - 111.5F;
          const float x = 1.1F * (static_cast<float>(col) - 111.5F);
          const float radius = std::hypot(x, y);
          const float rings = 1 + std::cos(radius / ring_px);
          image.at(row, col) =
              1e6F * std::pow(radius + 10, -3.0F) * rings + noise(random);
        }
      }
    }
  }
  Image& Next() { return images_[next_++ % kPoolSize]; }

 private:
  std::vector<Image> images_{kPoolSize};
  size_t next_ = 0;
};

// sign(x) log(1 + |x| / median |x|), its 1 % and 99.9 % values brought to 0 and 1.
void ScaleBySorting(std::vector<float>* values) {
  std::vector<float> sorted = *values;
  for (float& value : sorted) value = std::fabs(value);
  std::sort(sorted.begin(), sorted.end());
  const float median = sorted[(sorted.size() - 1) / 2];
  for (float& value : *values) {
    value = std::copysign(std::log1p(std::fabs(value) / median), value);
  }
  sorted = *values;
  std::sort(sorted.begin(), sorted.end());
  const float low = sorted[sorted.size() / 100];
  const float high = sorted[sorted.size() - sorted.size() / 1000 - 1];
  for (float& value : *values) {
    value = std::clamp((value - low) / (high - low), 0.0F, 1.0F);
  }
}

// Scales the triangles of a map apart.
void ScaleTriangles(Image* map) {
  for (const bool upper : {false, true}) {
    std::vector<float> values;
    for (int i = 0; i < kInputSize; ++i) {
      for (int j = 0; j < kInputSize; ++j) {
        if ((i <= j) == upper) values.push_back(map->at(i, j));
      }
    }
    ScaleBySorting(&values);
    auto next = values.begin();
    for (int i = 0; i < kInputSize; ++i) {
      for (int j = 0; j < kInputSize; ++j) {
        if ((i <= j) == upper) map->at(i, j) = *next++;
      }
    }
  }
}

float RadiusOf(size_t ring) {
  return kInnerRadius + static_cast<float>(ring) * (kOuterRadius - kInnerRadius) /
                            static_cast<float>(kRings - 1);
}

// Where the samples lie, prepared once, as rows and columns of pixel centres.
struct SamplePlaces {
  SamplePlaces() : row(kRings * kAngles), col(kRings * kAngles) {
    for (size_t at = 0; at < row.size(); ++at) {
      const float phi = static_cast<float>(at % kAngles) *
                        (2 * std::numbers::pi_v<float> / static_cast<float>(kAngles));
      row[at] = 111.5F + RadiusOf(at / kAngles) * std::sin(phi);
      col[at] = 111.5F + RadiusOf(at / kAngles) * std::cos(phi);
    }
  }
  std::vector<float> row;
  std::vector<float> col;
};

// The definition, loop by loop.
void PlainMap(const SamplePlaces& places, const Image& image, bool scaled, Image* map) {
  std::vector<float> samples(kRings * kAngles);
  for (size_t at = 0; at < samples.size(); ++at) {
    const int row = static_cast<int>(places.row[at]);
    const int col = static_cast<int>(places.col[at]);
    const float down = places.row[at] - static_cast<float>(row);
    const float right = places.col[at] - static_cast<float>(col);
    samples[at] =
        (1 - down) * ((1 - right) * image.at(row, col) + right * image.at(row, col + 1)) +
        down *
            ((1 - right) * image.at(row + 1, col) + right * image.at(row + 1, col + 1));
  }
  std::vector<float> real(kRings);
  std::vector<float> imaginary(kRings);
  for (size_t i = 0; i < kRings; ++i) {
    for (size_t p = 0; p < kAngles; ++p) {
      const float phi = kOrder * static_cast<float>(p) *
                        (2 * std::numbers::pi_v<float> / static_cast<float>(kAngles));
      real[i] += samples[i * kAngles + p] * std::cos(phi) / kAngles;
      imaginary[i] -= samples[i * kAngles + p] * std::sin(phi) / kAngles;
    }
  }
  float* out = map->pixels().data();
  for (size_t i = 0; i < kRings; ++i) {
    for (size_t j = 0; j < i; ++j) {
      float sum = 0;
      for (size_t p = 0; p < kAngles; ++p) {
        sum += samples[i * kAngles + p] * samples[j * kAngles + p];
      }
      out[i * kRings + j] = sum / kAngles;
    }
    for (size_t j = i; j < kRings; ++j) {
      out[i * kRings + j] = real[i] * real[j] + imaginary[i] * imaginary[j];
    }
  }
  if (scaled) ScaleTriangles(map);
}

// remap, mulTransposed and gemm.
void OpenCvMap(const SamplePlaces& places, Image* image, bool scaled, Image* map) {
  const auto places_of = [](const std::vector<float>& at) {
    return cv::Mat(kRings, kAngles, CV_32F, const_cast<float*>(at.data()));
  };
  const cv::Mat pixels(kInputSize, kInputSize, CV_32F, image->pixels().data());
  cv::Mat samples;
  cv::remap(pixels, samples, places_of(places.col), places_of(places.row),
            cv::INTER_LINEAR);
  cv::Mat waves(2, kAngles, CV_32F);
  for (int p = 0; p < waves.cols; ++p) {
    const double phi = kOrder * p * 2 * std::numbers::pi / kAngles;
    waves.at<float>(0, p) = static_cast<float>(std::cos(phi));
    waves.at<float>(1, p) = static_cast<float>(std::sin(phi));
  }
  cv::Mat lower;
  cv::Mat amplitudes;
  cv::Mat upper;
  cv::mulTransposed(samples, lower, false, cv::noArray(), 1.0 / kAngles);
  cv::gemm(samples, waves, 1.0 / kAngles, cv::noArray(), 0, amplitudes, cv::GEMM_2_T);
  cv::mulTransposed(amplitudes, upper, false);
  for (int i = 0; i < kInputSize; ++i) {
    for (int j = 0; j < kInputSize; ++j) {
      map->at(i, j) = (i > j ? lower : upper).at<float>(i, j);
    }
  }
  if (scaled) ScaleTriangles(map);
}

void CountMaps(benchmark::State& state) {
  state.counters["maps/s"] = benchmark::Counter(static_cast<double>(state.iterations()),
                                                benchmark::Counter::kIsRate);
}

void CcfPlainLoops(benchmark::State& state, bool scaled) {
  const SamplePlaces places;
  ImagePool pool;
  Image map(kInputSize, kInputSize);
  for (auto _ : state) {
    PlainMap(places, pool.Next(), scaled, &map);
    benchmark::DoNotOptimize(map.pixels().data());
  }
  CountMaps(state);
}
void CcfOpenCv(benchmark::State& state, bool scaled) {
  cv::setNumThreads(1);
  const SamplePlaces places;
  ImagePool pool;
  Image map(kInputSize, kInputSize);
  for (auto _ : state) {
    OpenCvMap(places, &pool.Next(), scaled, &map);
    benchmark::DoNotOptimize(map.pixels().data());
  }
  CountMaps(state);
}
void Ccf(benchmark::State& state, CcfScaling scaling, bool masked) {
  CcfOptions options;
  options.scaling = scaling;
  std::vector<uint8_t> mask(kPixels, 1);
  if (masked) std::fill_n(mask.begin() + kPixels / 2, 4 * kInputSize, uint8_t{0});
  const auto mapper = CcfMapper::Create(kInputSize, kInputSize, options, mask);
  if (!mapper.ok()) std::abort();
  CcfMapper::Workspace workspace(**mapper);
  ImagePool pool;
  Image map;
  for (auto _ : state) {
    (*mapper)->Apply(pool.Next(), &workspace, &map);
    benchmark::DoNotOptimize(map.pixels().data());
  }
  CountMaps(state);
}

#define AIRY_CCF(function, name, ...) \
  BENCHMARK_CAPTURE(function, name, __VA_ARGS__)->Unit(benchmark::kMillisecond)
AIRY_CCF(CcfPlainLoops, unscaled, false);
AIRY_CCF(CcfPlainLoops, log, true);
AIRY_CCF(CcfOpenCv, unscaled, false);
AIRY_CCF(CcfOpenCv, log, true);
AIRY_CCF(Ccf, unscaled, CcfScaling::kNone, false);
AIRY_CCF(Ccf, maximum, CcfScaling::kMaximum, false);
AIRY_CCF(Ccf, log, CcfScaling::kLog, false);
AIRY_CCF(Ccf, log_masked, CcfScaling::kLog, true);

}  // namespace
}  // namespace airy::transform

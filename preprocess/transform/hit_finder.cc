#include "preprocess/transform/hit_finder.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "preprocess/frame/check.h"
#include "preprocess/transform/calibration.h"
#include "preprocess/transform/lit_pixels.h"
#include "preprocess/transform/pixel_types.h"

namespace airy::transform {
namespace {

template <typename T>
struct Limit {
  T value;          // a pixel above it is lit
  bool always_lit;  // no value of T lies below what it must exceed
};

template <typename T>
constexpr T kNeverLit = std::is_floating_point_v<T> ? std::numeric_limits<T>::infinity()
                                                    : std::numeric_limits<T>::max();

// The limit in T such that `pixel > value` is what `pixel > counts` is in real numbers.
template <typename T>
Limit<T> LimitOf(double counts) {
  using Range = std::numeric_limits<T>;
  if (counts >= static_cast<double>(Range::max())) return {Range::max(), false};
  if constexpr (std::is_floating_point_v<T>) {
    const T rounded = static_cast<T>(counts);
    const bool above = static_cast<double>(rounded) > counts;
    return {above ? std::nextafter(rounded, -Range::infinity()) : rounded, false};
  } else {
    const double floor = std::floor(counts);
    if (floor < static_cast<double>(Range::min())) return {kNeverLit<T>, true};
    return {static_cast<T>(floor), false};
  }
}

}  // namespace

Status CheckOptions(const HitFinderOptions& options) {
  if (!std::isfinite(options.threshold_counts)) {
    return InvalidArgument("hit_finder.threshold_counts must be finite; was " +
                           std::to_string(options.threshold_counts));
  }
  if (options.min_lit_pixels < 1) {
    return InvalidArgument("hit_finder.min_lit_pixels must be 1 or more; was " +
                           std::to_string(options.min_lit_pixels));
  }
  return OkStatus();
}

struct HitFinder::Table {
  virtual ~Table() = default;
  virtual LitCount Count(const PixelView& pixels) const = 0;

  int rows = 0;
  int cols = 0;
  PixelType type{};
  int64_t min_lit_pixels = 0;
  SimdLevel simd = BestSimdLevel();
};

template <typename T>
struct HitFinder::TypedTable final : Table {
  T uniform_limit{};
  std::vector<T> limits;  // rows * cols; empty when uniform_limit holds everywhere
  // Pixels that are lit whatever they read; their limit says never.
  int64_t always_lit = 0;
  int64_t good_pixels = 0;

  TypedTable(double threshold, int64_t pixels, std::span<const uint8_t> mask,
             std::span<const float> dark) {
    const Limit<T> uniform = LimitOf<T>(threshold);
    uniform_limit = uniform.value;
    if (mask.empty() && dark.empty()) {
      good_pixels = pixels;
      always_lit = uniform.always_lit ? pixels : 0;
      return;
    }
    limits.assign(static_cast<size_t>(pixels), kNeverLit<T>);
    for (size_t i = 0; i < limits.size(); ++i) {
      if (!mask.empty() && mask[i] == 0) continue;
      const double dark_counts = dark.empty() ? 0 : static_cast<double>(dark[i]);
      const Limit<T> limit = LimitOf<T>(threshold + dark_counts);
      limits[i] = limit.value;
      always_lit += limit.always_lit ? 1 : 0;
      ++good_pixels;
    }
  }

  LitCount Count(const PixelView& pixels) const override {
    LitCount total;
    total.lit = always_lit;
    for (int row = 0; row < rows; ++row) {
      const Unaligned<T>* line = PixelAt<T>(pixels, row, 0);
      const size_t offset = static_cast<size_t>(row) * static_cast<size_t>(cols);
      const LitCount part =
          limits.empty() ? CountLit(simd, line, pixels.col_stride, cols, uniform_limit)
                         : CountLit(simd, line, pixels.col_stride, cols, &limits[offset]);
      total.lit += part.lit;
      total.valid += part.valid;
    }
    if constexpr (!std::is_floating_point_v<T>) total.valid = good_pixels;
    return total;
  }
};

HitFinder::HitFinder(std::unique_ptr<Table> table) : table_(std::move(table)) {}
HitFinder::~HitFinder() = default;

Result<std::unique_ptr<HitFinder>> HitFinder::Create(int rows, int cols, PixelType type,
                                                     const HitFinderOptions& options,
                                                     std::span<const uint8_t> mask,
                                                     std::span<const float> dark) {
  AIRY_TRY(CheckOptions(options));
  AIRY_TRY(CheckCalibration(rows, cols, mask, dark));
  std::unique_ptr<Table> table =
      VisitPixelType(type, [&](auto tag) -> std::unique_ptr<Table> {
        return std::make_unique<TypedTable<decltype(tag)>>(
            options.threshold_counts, static_cast<int64_t>(rows) * cols, mask, dark);
      });
  table->rows = rows;
  table->cols = cols;
  table->type = type;
  table->min_lit_pixels = options.min_lit_pixels;
  return std::unique_ptr<HitFinder>(new HitFinder(std::move(table)));
}

HitDecision HitFinder::Decide(const PixelView& pixels) const {
  AIRY_CHECK(pixels.total_rows() == table_->rows && pixels.cols == table_->cols &&
             pixels.type == table_->type);
  const LitCount count = table_->Count(pixels);
  return {count.lit >= table_->min_lit_pixels, count.lit, count.valid};
}

}  // namespace airy::transform

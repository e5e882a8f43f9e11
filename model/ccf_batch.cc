#include "model/ccf_batch.h"

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace airy::model {
namespace {

// As in transform::CcfMapper: beyond, a sample is no measurement; below, an amplitude is
// the rounding of its ring's mean, a value has no magnitude to speak of, and logarithms
// do not differ.
constexpr double kLargestSample = 1e15;
constexpr double kRounding = 1e-6;
constexpr float kSmallest = std::bit_cast<float>(uint32_t{1} << 20);
constexpr double kLogRounding = 1e-4;
constexpr double kLowQuantile = 0.01;
constexpr double kHighQuantile = 0.999;

torch::Tensor InverseOrZero(const torch::Tensor& values) {
  return values.reciprocal().masked_fill(values <= 0, 0);
}

// values[n, places] of a [n, ...] tensor of `values`, whose rest is flat.
torch::Tensor TakeEach(const torch::Tensor& values, const torch::Tensor& places) {
  return values.gather(1, places.unsqueeze(0).expand({values.size(0), -1}));
}

torch::Tensor SignedLog(const torch::Tensor& values, const torch::Tensor& inverse_scale) {
  return (values.abs() * inverse_scale).log1p_().copysign_(values);
}

// Of each row, the value that `quantile` of the others come before.
torch::Tensor Ranked(const torch::Tensor& values, double quantile) {
  const auto last = static_cast<double>(values.size(1) - 1);
  return std::get<0>(values.kthvalue(static_cast<int64_t>(quantile * last) + 1, /*dim=*/1,
                                     /*keepdim=*/true));
}

// The lower median of each row's magnitudes that are not 0; 0 without any.
torch::Tensor MedianMagnitude(const torch::Tensor& values) {
  const torch::Tensor magnitudes = values.abs();
  const torch::Tensor counted = magnitudes.masked_fill(
      magnitudes < kSmallest, std::numeric_limits<float>::quiet_NaN());
  return std::get<0>(counted.nanmedian(/*dim=*/1, /*keepdim=*/true)).nan_to_num_(0);
}

}  // namespace

Result<CcfBatchMapper> CcfBatchMapper::Create(int rows, int cols,
                                              const transform::CcfOptions& options,
                                              std::span<const uint8_t> mask,
                                              torch::Device device) {
  AIRY_TRY(transform::CcfMapper::Create(rows, cols, options, mask).status());
  AIRY_ASSIGN_OR_RETURN(const transform::PolarGrid grid,
                        transform::MakePolarGrid(rows, cols, options.grid, mask));
  return CcfBatchMapper(grid, options, device);
}

CcfBatchMapper::CcfBatchMapper(const transform::PolarGrid& grid,
                               const transform::CcfOptions& options, torch::Device device)
    : options_(options),
      cols_(grid.cols),
      rings_(std::ssize(grid.radius)),
      angles_(std::ssize(grid.cosine)) {
  std::vector<int64_t> pixels;
  std::vector<float> row_fractions;
  std::vector<float> col_fractions;
  for (const float radius : grid.radius) {
    for (size_t p = 0; p < grid.angles(); ++p) {
      const transform::PixelTap row =
          transform::TapAt(grid.centre_row + radius * grid.sine[p], grid.rows);
      const transform::PixelTap col =
          transform::TapAt(grid.centre_col + radius * grid.cosine[p], grid.cols);
      pixels.push_back(int64_t{row.pixel} * grid.cols + col.pixel);
      row_fractions.push_back(row.fraction);
      col_fractions.push_back(col.fraction);
    }
  }
  pixel_ = torch::tensor(pixels).to(device);
  row_fraction_ = torch::tensor(row_fractions).to(device);
  col_fraction_ = torch::tensor(col_fractions).to(device);

  torch::Tensor measured = torch::ones({rings_, angles_});
  if (!grid.measured.empty()) {
    measured = torch::tensor(grid.measured).to(torch::kFloat32).view({rings_, angles_});
    measured_ = measured.to(device);
  }
  inverse_angles_ = InverseOrZero(measured.sum(1)).to(device);
  inverse_overlap_ = InverseOrZero(measured.mm(measured.t())).to(device);

  const torch::Tensor phi = torch::arange(angles_, torch::kFloat64) *
                            (2 * std::numbers::pi / static_cast<double>(angles_));
  waves_ = torch::stack({(options.order * phi).cos(), -(options.order * phi).sin()}, 1)
               .to(torch::kFloat32)
               .to(device);

  std::vector<int64_t> lower;
  std::vector<int64_t> upper;
  for (int64_t at = 0; at < rings_ * rings_; ++at) {
    (at / rings_ > at % rings_ ? lower : upper).push_back(at);
  }
  lower_ = torch::tensor(lower).to(device);
  upper_ = torch::tensor(upper).to(device);
  assembled_ = torch::cat({lower_, upper_}).argsort();
}

// [n, rings, angles]; what is masked or no measurement is 0.
torch::Tensor CcfBatchMapper::Sample(const torch::Tensor& images) const {
  const torch::Tensor pixels = images.flatten(1);
  const int64_t reach = pixels.size(1) - cols_ - 1;
  const auto at = [&](int64_t offset) {
    return TakeEach(pixels.narrow(1, offset, reach), pixel_);
  };
  torch::Tensor top = at(0);
  top += (at(1) - top) * col_fraction_;
  torch::Tensor bottom = at(cols_);
  bottom += (at(cols_ + 1) - bottom) * col_fraction_;
  top += (bottom - top) * row_fraction_;
  // False for not-a-number.
  top.masked_fill_((top.abs() <= kLargestSample).logical_not_(), 0);
  torch::Tensor samples = top.view({-1, rings_, angles_});
  return measured_.defined() ? samples * measured_ : samples;
}

// Eq. 15 of every ring: [n, rings, 2].
torch::Tensor CcfBatchMapper::Amplitudes(const torch::Tensor& samples) const {
  const torch::Tensor means = (samples.sum(-1) * inverse_angles_).unsqueeze(-1);
  torch::Tensor deviations = samples - means;
  if (measured_.defined()) deviations *= measured_;
  torch::Tensor amplitudes = deviations.matmul(waves_) * inverse_angles_.unsqueeze(-1);
  const torch::Tensor moduli =
      amplitudes.select(-1, 0).hypot(amplitudes.select(-1, 1)).unsqueeze(-1);
  const torch::Tensor is_rounding = moduli <= means.abs() * kRounding;
  if (options_.part == transform::CcfOptions::Part::kAbsolute) amplitudes = moduli;
  return amplitudes.masked_fill(is_rounding, 0);
}

// The values of one triangle, [n, count], as CcfScaling says.
torch::Tensor CcfBatchMapper::Scale(const torch::Tensor& values) const {
  if (options_.scaling == transform::CcfScaling::kNone) return values;
  if (options_.scaling == transform::CcfScaling::kMaximum) {
    return values * InverseOrZero(values.abs().amax(/*dim=*/1, /*keepdim=*/true));
  }
  const torch::Tensor inverse_scale = InverseOrZero(MedianMagnitude(values));
  const torch::Tensor low = SignedLog(Ranked(values, kLowQuantile), inverse_scale);
  const torch::Tensor high = SignedLog(Ranked(values, kHighQuantile), inverse_scale);
  const torch::Tensor range = high - low;
  const torch::Tensor inverse_range =
      range.reciprocal().masked_fill(range <= kLogRounding, 0);
  return ((SignedLog(values, inverse_scale) - low) * inverse_range).clamp_(0, 1);
}

torch::Tensor CcfBatchMapper::Map(const torch::Tensor& images) const {
  const torch::NoGradGuard no_grad;
  const torch::Tensor samples = Sample(images);
  const torch::Tensor amplitudes = Amplitudes(samples);
  const torch::Tensor lower = TakeEach(
      (samples.bmm(samples.transpose(1, 2)) * inverse_overlap_).flatten(1), lower_);
  const torch::Tensor upper =
      TakeEach(amplitudes.bmm(amplitudes.transpose(1, 2)).flatten(1), upper_);
  return TakeEach(torch::cat({Scale(lower), Scale(upper)}, 1), assembled_)
      .view({-1, 1, rings_, rings_});
}

}  // namespace airy::model

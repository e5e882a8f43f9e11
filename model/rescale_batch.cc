#include "model/rescale_batch.h"

#include "preprocess/transform/area_weights.h"
#include "preprocess/transform/calibration.h"

namespace airy::model {
namespace {

struct Axis {
  int64_t first = 0;      // the first input pixel that is covered
  torch::Tensor weights;  // [output_size, input pixels covered] float64
};

Axis AxisOf(double begin, double end, int input_size, int output_size) {
  const transform::AreaWeights area =
      transform::ComputeAreaWeights(begin, end, input_size, output_size);
  torch::Tensor weights = torch::zeros({output_size, input_size}, torch::kFloat64);
  auto* const weight = weights.data_ptr<double>();
  for (int tap = 0, at = 0; tap < area.taps; ++tap) {
    for (int i = 0; i < output_size; ++i, ++at) {
      const auto place = static_cast<size_t>(at);
      if (area.weight[place] <= 0) continue;
      weight[int64_t{i} * input_size + area.first[static_cast<size_t>(i)] + tap] =
          area.weight[place];
    }
  }
  const torch::Tensor covered = weights.sum(0).nonzero();
  const int64_t first = covered[0].item<int64_t>();
  const int64_t last = covered[-1].item<int64_t>();
  return {first, weights.narrow(1, first, last + 1 - first)};
}

}  // namespace

Result<BatchRescaler> BatchRescaler::Create(int rows, int cols,
                                            const transform::RescaleOptions& options,
                                            std::span<const uint8_t> mask,
                                            std::span<const float> dark,
                                            torch::Device device) {
  AIRY_TRY(transform::CheckCalibration(rows, cols, mask, dark));
  AIRY_ASSIGN_OR_RETURN(const transform::FrameSquare square,
                        transform::FindSquare(rows, cols, options));
  const Axis vertical = AxisOf(square.top, square.bottom, rows, options.output_size);
  const Axis horizontal = AxisOf(square.left, square.right, cols, options.output_size);
  const auto part = [&](torch::Tensor values) {
    return values.view({rows, cols})
        .narrow(0, vertical.first, vertical.weights.size(1))
        .narrow(1, horizontal.first, horizontal.weights.size(1));
  };
  torch::Tensor good = torch::ones({vertical.weights.size(1), horizontal.weights.size(1)},
                                   torch::kFloat64);
  if (!mask.empty()) {
    const std::vector<uint8_t> bytes(mask.begin(), mask.end());
    good = part(torch::tensor(bytes)).ne(0).to(torch::kFloat64);
  }

  const auto place = [device](const torch::Tensor& values) {
    return values.to(torch::kFloat32).contiguous().to(device);
  };
  BatchRescaler rescaler;
  rescaler.first_row_ = vertical.first;
  rescaler.first_col_ = horizontal.first;
  rescaler.vertical_ = place(vertical.weights);
  rescaler.horizontal_ = place(horizontal.weights.t());
  if (!mask.empty()) rescaler.good_ = place(good);
  if (!dark.empty()) {
    const std::vector<float> counts(dark.begin(), dark.end());
    // A masked pixel may have any dark, also one that is not a number.
    rescaler.dark_ = place(part(torch::tensor(counts)).masked_fill(good == 0, 0));
  }
  const torch::Tensor area = vertical.weights.mm(good).mm(horizontal.weights.t());
  rescaler.inverse_area_ = place(area.reciprocal().masked_fill(area <= 0, 0));
  return rescaler;
}

torch::Tensor BatchRescaler::Apply(const torch::Tensor& frames, float scale) const {
  const torch::NoGradGuard no_grad;
  const int64_t rows = vertical_.size(1);
  const int64_t cols = horizontal_.size(0);
  torch::Tensor counts = frames.narrow(1, first_row_, rows)
                             .narrow(2, first_col_, cols)
                             .to(torch::kInt32)
                             .bitwise_and_(0xFFFF)  // the sign is the highest bit
                             .to(torch::kFloat32);
  if (dark_.defined()) counts.sub_(dark_);
  if (good_.defined()) counts.mul_(good_);
  // One product for the rows of all frames, then one for each.
  const torch::Tensor narrow =
      counts.reshape({-1, cols}).mm(horizontal_).view({-1, rows, horizontal_.size(1)});
  return vertical_.unsqueeze(0)
      .expand({narrow.size(0), -1, -1})
      .bmm(narrow)
      .mul_(inverse_area_ * scale)
      .unsqueeze(1);
}

std::vector<uint8_t> BatchRescaler::Measured() const {
  const torch::Tensor measured = inverse_area_.gt(0).to(torch::kUInt8).cpu().contiguous();
  const auto* const bytes = measured.data_ptr<uint8_t>();
  return {bytes, bytes + measured.numel()};
}

}  // namespace airy::model

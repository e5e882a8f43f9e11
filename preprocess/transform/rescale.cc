#include "preprocess/transform/rescale.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "preprocess/frame/check.h"
#include "preprocess/transform/area_weights.h"
#include "preprocess/transform/calibration.h"
#include "preprocess/transform/counts_row.h"

namespace airy::transform {
namespace {

constexpr int kMinOutput = 8;
constexpr int kMaxOutput = 4096;

Status CheckCentre(const char* name, std::optional<double> centre, int edge) {
  if (!centre || (*centre >= 0.5 && *centre <= edge - 0.5)) return OkStatus();
  return InvalidArgument("rescale." + std::string(name) + " must be 0.5.." +
                         std::to_string(edge - 1) + ".5; was " + std::to_string(*centre));
}

// Half the edge of the square around the centre.
double HalfEdge(int rows, int cols, double row, double col, RescaleOptions::Fit fit) {
  return fit == RescaleOptions::Fit::kCrop ? std::min({row, rows - row, col, cols - col})
                                           : std::max({row, rows - row, col, cols - col});
}

bool IsFloatingPoint(PixelType type) {
  return type == PixelType::kFloat32 || type == PixelType::kFloat64;
}

}  // namespace

Status CheckOptions(const RescaleOptions& options) {
  if (options.output_size >= kMinOutput && options.output_size <= kMaxOutput) {
    return OkStatus();
  }
  return InvalidArgument("rescale.output_size must be " + std::to_string(kMinOutput) +
                         ".." + std::to_string(kMaxOutput) + "; was " +
                         std::to_string(options.output_size));
}

Result<FrameSquare> FindSquare(int rows, int cols, const RescaleOptions& options) {
  AIRY_TRY(CheckOptions(options));
  AIRY_TRY(CheckCentre("centre_row", options.centre_row, rows));
  AIRY_TRY(CheckCentre("centre_col", options.centre_col, cols));
  const double row = options.centre_row.value_or(rows / 2.0);
  const double col = options.centre_col.value_or(cols / 2.0);
  const double half = HalfEdge(rows, cols, row, col, options.fit);
  return FrameSquare{row - half, row + half, col - half, col + half};
}

// Works row by row: the input rows that an output row covers are summed into one row,
// which stays in the first-level cache and is then summed along itself.
struct Rescaler::Plan {
  int rows = 0;
  int cols = 0;
  int output_size = 0;
  SimdLevel simd = SimdLevel::kBaseline;
  AreaWeights vertical;
  AreaWeights horizontal;  // relative to first_col
  int first_col = 0;       // the columns that the output covers
  int width = 0;
  bool masked = false;
  std::vector<uint8_t> good;        // rows * cols; a single row when nothing is masked
  std::vector<float> dark;          // rows * cols, or empty
  std::vector<float> inverse_area;  // per output pixel; 0 where all is masked or outside

  // Scratch rows. They have room for the taps of weight 0 beyond the right edge.
  std::vector<float> counts;
  std::vector<float> sum;
  std::vector<float> area;
  std::vector<float> output_area;
  int loaded_row = -1;  // the input row in `counts`

  size_t Offset(int row) const {
    return static_cast<size_t>(row) * static_cast<size_t>(cols) +
           static_cast<size_t>(first_col);
  }
  const uint8_t* GoodRow(int row) const { return good.data() + Offset(masked ? row : 0); }

  void Prepare();
  void LoadRow(const PixelView& pixels, int row);
  bool SumRows(const PixelView& pixels, int output_row);
  void SumMeasuredRows(const PixelView& pixels, int output_row, float* output);

  // Calls visit(input row, weight) for the rows that `output_row` covers.
  template <typename Visitor>
  void ForRowsOf(int output_row, Visitor&& visit) const {
    const size_t outputs = vertical.first.size();
    size_t next = static_cast<size_t>(output_row);
    int row = vertical.first[next];
    for (int tap = 0; tap < vertical.taps; ++tap, ++row, next += outputs) {
      const float weight = vertical.weight[next];
      if (weight > 0) visit(row, weight);
    }
  }
  void GatherInto(const std::vector<float>& row, float* output) const {
    Gather(horizontal.first.data(), horizontal.weight.data(), horizontal.taps,
           output_size, row.data(), output);
  }
};

// Finds the columns in use, sizes the scratch rows and weighs every output pixel.
void Rescaler::Plan::Prepare() {
  first_col = *std::min_element(horizontal.first.begin(), horizontal.first.end());
  const int last = *std::max_element(horizontal.first.begin(), horizontal.first.end());
  width = std::min(cols, last + horizontal.taps) - first_col;
  for (int& first : horizontal.first) first -= first_col;

  const size_t scratch =
      static_cast<size_t>(width) + static_cast<size_t>(horizontal.taps);
  for (std::vector<float>* row : {&counts, &sum, &area}) row->assign(scratch, 0);
  const size_t size = static_cast<size_t>(output_size);
  output_area.resize(size);

  for (int i = 0; i < output_size; ++i) {
    std::fill(area.begin(), area.end(), 0.0F);
    ForRowsOf(i, [&](int row, float weight) {
      AccumulateMeasured(simd, weight, counts.data(), GoodRow(row), width, sum.data(),
                         area.data());
    });
    GatherInto(area, output_area.data());
    for (float covered : output_area) {
      inverse_area.push_back(covered > 0 ? 1 / covered : 0);
    }
  }
}

// Leaves calibrated counts, 0 where masked, in `counts`.
void Rescaler::Plan::LoadRow(const PixelView& pixels, int row) {
  if (row == loaded_row) return;
  LoadCounts(simd, pixels, row, first_col, width, counts.data());
  if (!dark.empty()) SubtractDark(simd, dark.data() + Offset(row), width, counts.data());
  if (masked) ClearMasked(simd, GoodRow(row), width, counts.data());
  loaded_row = row;
}

// Sums the input rows of an output row into `sum`. False if a value was no measurement.
bool Rescaler::Plan::SumRows(const PixelView& pixels, int output_row) {
  const bool may_be_bad = IsFloatingPoint(pixels.type);
  bool measured = true;
  std::fill(sum.begin(), sum.end(), 0.0F);
  ForRowsOf(output_row, [&](int row, float weight) {
    LoadRow(pixels, row);
    if (may_be_bad) measured = measured && AllMeasured(simd, counts.data(), width);
    Accumulate(simd, weight, counts.data(), width, sum.data());
  });
  return measured;
}

// One output row of means over what is measured, when some of it is not.
void Rescaler::Plan::SumMeasuredRows(const PixelView& pixels, int output_row,
                                     float* output) {
  std::fill(sum.begin(), sum.end(), 0.0F);
  std::fill(area.begin(), area.end(), 0.0F);
  ForRowsOf(output_row, [&](int row, float weight) {
    LoadRow(pixels, row);
    AccumulateMeasured(simd, weight, counts.data(), GoodRow(row), width, sum.data(),
                       area.data());
  });
  GatherInto(sum, output);
  GatherInto(area, output_area.data());
  for (size_t j = 0; j < output_area.size(); ++j) {
    output[j] = output_area[j] > 0 ? output[j] / output_area[j] : 0;
  }
}

Rescaler::Rescaler(std::unique_ptr<Plan> plan) : plan_(std::move(plan)) {}
Rescaler::~Rescaler() = default;

Result<std::unique_ptr<Rescaler>> Rescaler::Create(int rows, int cols,
                                                   const RescaleOptions& options,
                                                   std::span<const uint8_t> mask,
                                                   std::span<const float> dark) {
  AIRY_TRY(CheckOptions(options));
  AIRY_TRY(CheckCalibration(rows, cols, mask, dark));
  AIRY_ASSIGN_OR_RETURN(const FrameSquare square, FindSquare(rows, cols, options));

  auto plan = std::make_unique<Plan>();
  plan->rows = rows;
  plan->cols = cols;
  plan->output_size = options.output_size;
  plan->simd = BestSimdLevel();
  plan->vertical =
      ComputeAreaWeights(square.top, square.bottom, rows, options.output_size);
  plan->horizontal =
      ComputeAreaWeights(square.left, square.right, cols, options.output_size);
  plan->masked = !mask.empty();
  plan->good.assign(mask.begin(), mask.end());
  if (mask.empty()) plan->good.assign(static_cast<size_t>(cols), 1);
  plan->dark.assign(dark.begin(), dark.end());
  plan->Prepare();
  return std::unique_ptr<Rescaler>(new Rescaler(std::move(plan)));
}

void Rescaler::Apply(const PixelView& pixels, float scale, Image* output) {
  Plan& plan = *plan_;
  AIRY_CHECK(pixels.total_rows() == plan.rows && pixels.cols == plan.cols);
  const int size = plan.output_size;
  if (output->rows() != size || output->cols() != size) *output = Image(size, size);
  plan.loaded_row = -1;
  const float* inverse_area = plan.inverse_area.data();
  for (int i = 0; i < size; ++i, inverse_area += size) {
    float* output_row = &output->at(i, 0);
    if (plan.SumRows(pixels, i)) {
      plan.GatherInto(plan.sum, output_row);
      for (int j = 0; j < size; ++j) output_row[j] *= inverse_area[j];
    } else {
      plan.SumMeasuredRows(pixels, i, output_row);
    }
    for (int j = 0; j < size; ++j) output_row[j] *= scale;
  }
}

std::vector<uint8_t> Rescaler::Measured() const {
  std::vector<uint8_t> measured;
  for (float inverse_area : plan_->inverse_area) {
    measured.push_back(inverse_area > 0 ? 1 : 0);
  }
  return measured;
}

}  // namespace airy::transform

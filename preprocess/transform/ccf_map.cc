#include "preprocess/transform/ccf_map.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "preprocess/frame/check.h"
#include "preprocess/transform/ring_samples.h"

namespace airy::transform {
namespace {

constexpr float kRounding =
    1e-6F;  // of an order's amplitude, relative to the ring's mean

float InverseOrZero(int count) { return count > 0 ? 1 / static_cast<float>(count) : 0; }

struct Multiply {
  AIRY_SIMD_KERNEL void Run(const float* in, const float* factor, size_t count,
                            float* __restrict out) {
    for (size_t i = 0; i < count; ++i) out[i] = in[i] * factor[i];
  }
};

// The real part of conj(a) * b for one a and `count` b.
struct ConjugateProducts {
  AIRY_SIMD_KERNEL void Run(float real, float imaginary, const float* b_real,
                            const float* b_imaginary, size_t count,
                            float* __restrict out) {
    for (size_t i = 0; i < count; ++i) {
      out[i] = real * b_real[i] + imaginary * b_imaginary[i];
    }
  }
};

}  // namespace

// What only depends on the geometry, and the steps from samples to a map.
struct CcfMapper::Plan {
  Plan(PolarGrid polar_grid, const CcfOptions& options);

  const PolarGrid grid;
  const CcfOptions::Part part;
  const CcfScaling scaling;
  const size_t rings;
  const size_t angles;
  const SimdLevel simd = BestSimdLevel();
  std::vector<float> cosine;  // [angle] of n phi
  std::vector<float> sine;
  std::vector<uint32_t> masked;       // the samples that count as 0: i * angles + p
  std::vector<float> inverse_angles;  // [ring] 1 / angles measured
  std::vector<float> mask_cosine;     // [ring] mean of the cosine over them
  std::vector<float> mask_sine;
  // [i * (i - 1) / 2 + j], j < i: 1 / angles measured in rings i and j.
  std::vector<float> inverse_overlap;

  void WeighRings();
  void WeighPairs();
  void ClearMasked(PanelSamples* samples) const;
  void FindAmplitudes(Workspace::Buffers* buffers) const;
  void FillLower(Workspace::Buffers* buffers, float* map) const;
  void FillUpper(Workspace::Buffers* buffers, float* map) const;
};

struct CcfMapper::Workspace::Buffers {
  explicit Buffers(const Plan& plan)
      : samples(plan.rings / kPanelRings * plan.angles),
        real(plan.rings),
        imaginary(plan.rings),
        triangle(plan.rings * (plan.rings + 1) / 2),
        ranks(plan.simd, triangle.size()) {}
  std::vector<PanelSamples> samples;
  std::vector<float> real;  // [ring] a_i
  std::vector<float> imaginary;
  std::vector<float> triangle;
  ValueRanks ranks;
};

CcfMapper::Plan::Plan(PolarGrid polar_grid, const CcfOptions& options)
    : grid(std::move(polar_grid)),
      part(options.part),
      scaling(options.scaling),
      rings(grid.rings()),
      angles(grid.angles()) {
  for (size_t p = 0; p < angles; ++p) {
    const double phi =
        2 * std::numbers::pi * static_cast<double>(p) / static_cast<double>(angles);
    cosine.push_back(static_cast<float>(std::cos(options.order * phi)));
    sine.push_back(static_cast<float>(std::sin(options.order * phi)));
  }
  for (size_t i = 0; i < grid.measured.size(); ++i) {
    if (grid.measured[i] == 0) masked.push_back(static_cast<uint32_t>(i));
  }
  WeighRings();
  WeighPairs();
}

void CcfMapper::Plan::WeighRings() {
  for (size_t ring = 0; ring < rings; ++ring) {
    int measured = 0;
    double cosines = 0;
    double sines = 0;
    for (size_t p = 0; p < angles; ++p) {
      if (!masked.empty() && grid.measured[ring * angles + p] == 0) continue;
      ++measured;
      cosines += static_cast<double>(cosine[p]);
      sines += static_cast<double>(sine[p]);
    }
    inverse_angles.push_back(InverseOrZero(measured));
    mask_cosine.push_back(static_cast<float>(cosines) * inverse_angles.back());
    mask_sine.push_back(static_cast<float>(sines) * inverse_angles.back());
  }
}

void CcfMapper::Plan::WeighPairs() {
  // Counting is correlating an image of ones.
  std::vector<PanelSamples> ones(rings / kPanelRings * angles);
  for (PanelSamples& row : ones) std::fill_n(row.value, kPanelRings, 1.0F);
  ClearMasked(ones.data());
  std::vector<float> counts(rings * rings);
  CorrelateRings(simd, ones.data(), rings, angles, counts.data());
  for (size_t i = 1; i < rings; ++i) {
    for (size_t j = 0; j < i; ++j) {
      inverse_overlap.push_back(InverseOrZero(static_cast<int>(counts[i * rings + j])));
    }
  }
}

void CcfMapper::Plan::ClearMasked(PanelSamples* samples) const {
  for (uint32_t sample : masked) {
    const size_t ring = sample / angles;
    samples[ring / kPanelRings * angles + sample % angles].value[ring % kPanelRings] = 0;
  }
}

// Eq. 15 of every ring.
void CcfMapper::Plan::FindAmplitudes(Workspace::Buffers* buffers) const {
  for (size_t panel = 0; panel < rings / kPanelRings; ++panel) {
    const PanelSums sums =
        SumPanel(simd, std::span(buffers->samples).subspan(panel * angles, angles),
                 cosine.data(), sine.data());
    for (size_t i = 0; i < kPanelRings; ++i) {
      const size_t ring = panel * kPanelRings + i;
      const float mean = sums.plain.value[i] * inverse_angles[ring];
      const float real =
          sums.cosine.value[i] * inverse_angles[ring] - mean * mask_cosine[ring];
      const float imaginary =
          mean * mask_sine[ring] - sums.sine.value[i] * inverse_angles[ring];
      const float modulus = std::hypot(real, imaginary);
      const bool is_rounding = modulus <= kRounding * std::fabs(mean);
      const bool is_absolute = part == CcfOptions::Part::kAbsolute;
      buffers->real[ring] = is_rounding ? 0 : is_absolute ? modulus : real;
      buffers->imaginary[ring] = is_rounding || is_absolute ? 0 : imaginary;
    }
  }
}

// Eq. 13, i > j.
void CcfMapper::Plan::FillLower(Workspace::Buffers* buffers, float* map) const {
  CorrelateRings(simd, buffers->samples.data(), rings, angles, map);
  const std::span<float> triangle(buffers->triangle.data(), rings * (rings - 1) / 2);
  float* next = triangle.data();
  for (size_t i = 1; i < rings; next += i++) {
    RunAt<Multiply>(simd, map + i * rings,
                    inverse_overlap.data() + (next - triangle.data()), i, next);
  }
  ScaleTriangle(simd, scaling, triangle, &buffers->ranks);
  next = triangle.data();
  for (size_t i = 1; i < rings; next += i++) std::copy_n(next, i, map + i * rings);
}

// Eq. 14, i <= j.
void CcfMapper::Plan::FillUpper(Workspace::Buffers* buffers, float* map) const {
  float* next = buffers->triangle.data();
  for (size_t i = 0; i < rings; next += rings - i++) {
    RunAt<ConjugateProducts>(simd, buffers->real[i], buffers->imaginary[i],
                             buffers->real.data() + i, buffers->imaginary.data() + i,
                             rings - i, next);
  }
  ScaleTriangle(simd, scaling, buffers->triangle, &buffers->ranks);
  next = buffers->triangle.data();
  for (size_t i = 0; i < rings; next += rings - i++) {
    std::copy_n(next, rings - i, map + i * rings + i);
  }
}

CcfMapper::Workspace::Workspace(const CcfMapper& mapper)
    : buffers_(std::make_unique<Buffers>(*mapper.plan_)) {}
CcfMapper::Workspace::~Workspace() = default;

CcfMapper::CcfMapper(std::unique_ptr<const Plan> plan) : plan_(std::move(plan)) {}
CcfMapper::~CcfMapper() = default;

Result<std::unique_ptr<CcfMapper>> CcfMapper::Create(int rows, int cols,
                                                     const CcfOptions& options,
                                                     std::span<const uint8_t> mask) {
  AIRY_ASSIGN_OR_RETURN(PolarGrid grid, MakePolarGrid(rows, cols, options.grid, mask));
  const int highest = (options.grid.angles - 1) / 2;
  if (options.order < 1 || options.order > highest) {
    return InvalidArgument("ccf.order must be 1.." + std::to_string(highest) + "; was " +
                           std::to_string(options.order));
  }
  return std::unique_ptr<CcfMapper>(
      new CcfMapper(std::make_unique<const Plan>(std::move(grid), options)));
}

void CcfMapper::Apply(const Image& image, Workspace* workspace, Image* map) const {
  const PolarGrid& grid = plan_->grid;
  AIRY_CHECK(image.rows() == grid.rows && image.cols() == grid.cols && map != &image);
  Workspace::Buffers* buffers = workspace->buffers_.get();
  AIRY_CHECK(buffers->samples.size() == plan_->rings / kPanelRings * plan_->angles);
  const int edge = static_cast<int>(plan_->rings);
  if (map->rows() != edge || map->cols() != edge) *map = Image(edge, edge);

  SampleRings(plan_->simd, grid, image.pixels().data(), buffers->samples.data());
  plan_->ClearMasked(buffers->samples.data());
  plan_->FindAmplitudes(buffers);
  plan_->FillLower(buffers, map->pixels().data());
  plan_->FillUpper(buffers, map->pixels().data());
}

}  // namespace airy::transform

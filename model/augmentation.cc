#include "model/augmentation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "model/random_stream.h"
#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

constexpr uint64_t kChangeStream = 2;  // and on: one per epoch

// The detector's edge along an axis sees this angle (LDM at FERMI: 65 mm behind the
// focus); the tangent grows as the pixels.
constexpr double kEdgeDegrees = 30;
constexpr double kNetworkEdgePx = 112;

double Radians(double degrees) { return degrees * std::numbers::pi / 180; }

double RadiusPx(double scattering_deg) {
  return kNetworkEdgePx * std::tan(Radians(scattering_deg)) /
         std::tan(Radians(kEdgeDegrees));
}

using Change = std::function<torch::Tensor(const torch::Tensor& images,
                                           std::span<const ImageChange> changes)>;

// Replaces the images that `applies` by what `change` makes of them.
void ChangeSome(torch::Tensor* images, std::span<const ImageChange> changes,
                const std::function<bool(const ImageChange&)>& applies,
                const Change& change) {
  std::vector<int64_t> chosen;
  std::vector<ImageChange> theirs;
  for (size_t i = 0; i < changes.size(); ++i) {
    if (!applies(changes[i])) continue;
    chosen.push_back(static_cast<int64_t>(i));
    theirs.push_back(changes[i]);
  }
  if (chosen.empty()) return;
  const torch::Tensor places = torch::tensor(chosen).to(images->device());
  images->index_copy_(0, places, change(images->index_select(0, places), theirs));
}

// One number of each change as [n, 1, 1, 1].
torch::Tensor Column(std::span<const ImageChange> changes, const torch::Tensor& like,
                     const std::function<double(const ImageChange&)>& number) {
  std::vector<float> numbers;
  for (const ImageChange& change : changes) {
    numbers.push_back(static_cast<float>(number(change)));
  }
  return torch::tensor(numbers).to(like.device()).view({-1, 1, 1, 1});
}

// Of each image, [n, 1, 1, 1]. Row by row, so that no sum is shared out among threads in
// a way that depends on how many images there are.
torch::Tensor Means(const torch::Tensor& images) {
  const auto pixels = static_cast<double>(images.size(2) * images.size(3));
  return images.sum(3, /*keepdim=*/true).sum(2, /*keepdim=*/true) / pixels;
}

// Row and column of every pixel from the centre: [s, 1] and [1, s].
std::pair<torch::Tensor, torch::Tensor> FromCentre(const torch::Tensor& images) {
  const int64_t size = images.size(3);
  const torch::Tensor along =
      torch::arange(size, images.options()) - static_cast<double>(size - 1) / 2;
  return {along.view({-1, 1}), along.view({1, -1})};
}

torch::Tensor Warp(const torch::Tensor& images, std::span<const ImageChange> changes) {
  // From where each pixel comes, in halves of the edge, the column first.
  std::vector<float> affine;
  const double half = static_cast<double>(images.size(3)) / 2;
  for (const ImageChange& change : changes) {
    const double cosine = std::cos(Radians(change.rotation_deg)) / change.zoom;
    const double sine = std::sin(Radians(change.rotation_deg)) / change.zoom;
    const double col = change.shift_col_px / half;
    const double row = change.shift_row_px / half;
    for (const double number : {cosine, sine, -cosine * col - sine * row, -sine, cosine,
                                sine * col - cosine * row}) {
      affine.push_back(static_cast<float>(number));
    }
  }
  const torch::Tensor theta = torch::tensor(affine).to(images.device()).view({-1, 2, 3});
  const torch::Tensor grid =
      torch::affine_grid_generator(theta, images.sizes(), /*align_corners=*/false);
  return torch::grid_sampler(images, grid, /*interpolation_mode: bilinear=*/0,
                             /*padding_mode: zeros=*/0, /*align_corners=*/false);
}

torch::Tensor AddStrayLight(const torch::Tensor& images,
                            std::span<const ImageChange> changes) {
  const auto [row, col] = FromCentre(images);
  const torch::Tensor width =
      Column(changes, images, [](const ImageChange& c) { return c.stray_width_px; });
  const torch::Tensor share =
      Column(changes, images, [](const ImageChange& c) { return c.stray_share; });
  const torch::Tensor glow = (-(row * row + col * col) / (2 * width * width)).exp();
  return images + glow * (share * Means(images) / Means(glow));
}

torch::Tensor BendResponse(const torch::Tensor& images,
                           std::span<const ImageChange> changes) {
  const torch::Tensor power =
      Column(changes, images, [](const ImageChange& c) { return c.gamma; });
  const torch::Tensor bent = images.pow(power);
  return bent * (Means(images) / Means(bent).clamp_min(1e-12));
}

torch::Tensor ChangeContrast(const torch::Tensor& images,
                             std::span<const ImageChange> changes) {
  const torch::Tensor means = Means(images);
  const torch::Tensor factor =
      Column(changes, images, [](const ImageChange& c) { return c.contrast; });
  const torch::Tensor added =
      Column(changes, images, [](const ImageChange& c) { return c.brightness; });
  return ((images - means) * factor + means * (1 + added)).clamp_min_(0);
}

torch::Tensor Thin(const torch::Tensor& images, std::span<const ImageChange> changes) {
  const torch::Tensor out = torch::empty_like(images);
  torch::Generator noise = at::globalContext().defaultGenerator(images.device()).clone();
  for (size_t i = 0; i < changes.size(); ++i) {
    const double photons = changes[i].photons_per_count;
    noise.set_current_seed(changes[i].noise_seed);
    const auto place = static_cast<int64_t>(i);
    out[place] = torch::poisson(images[place] * photons, noise) / photons;
  }
  return out;
}

torch::Tensor CutHole(const torch::Tensor& images, std::span<const ImageChange> changes) {
  const auto [row, col] = FromCentre(images);
  const torch::Tensor radius =
      Column(changes, images, [](const ImageChange& c) { return c.hole_px; });
  return images.masked_fill(row * row + col * col < radius * radius, 0);
}

torch::Tensor CutSector(const torch::Tensor& images,
                        std::span<const ImageChange> changes) {
  const auto [row, col] = FromCentre(images);
  const torch::Tensor start = Column(
      changes, images, [](const ImageChange& c) { return Radians(c.sector_start_deg); });
  const torch::Tensor width = Column(
      changes, images, [](const ImageChange& c) { return Radians(c.sector_width_deg); });
  const torch::Tensor beyond =
      torch::remainder(torch::atan2(row, col) - start, 2 * std::numbers::pi);
  return images.masked_fill(beyond < width, 0);
}

}  // namespace

ImageChange DrawChange(const AugmentationOptions& options, uint64_t seed, int epoch,
                       int64_t index) {
  RandomStream random(seed, kChangeStream + static_cast<uint64_t>(epoch),
                      static_cast<uint64_t>(index));
  ImageChange change;
  const auto draw = [&random](double probability, double low, double high,
                              double* value) {
    const bool happens = random.Happens(probability);
    const double drawn = random.Uniform(low, high);
    if (happens) *value = drawn;
  };
  const auto draw_factor = [&random](double probability, double low, double high,
                                     double* value) {
    const bool happens = random.Happens(probability);
    const double drawn = random.LogUniform(low, high);
    if (happens) *value = drawn;
  };
  const bool mirrors_cols = random.Happens(options.flip);
  const bool mirrors_rows = random.Happens(options.flip);
  change.symmetry = (mirrors_cols ? 1 : 0) | (mirrors_rows ? 2 : 0);
  const bool has_symmetry = random.Happens(options.symmetry);
  const auto symmetry = static_cast<int>(random.Next() >> 61);
  if (has_symmetry) change.symmetry = symmetry;
  draw(options.rotation, -180, 180, &change.rotation_deg);
  draw_factor(options.zoom, 0.8, 1.25, &change.zoom);
  const double jitter = random.Uniform();  // both or neither
  const double jitter_row_px = random.Uniform(-4, 4);
  const double jitter_col_px = random.Uniform(-4, 4);
  if (jitter < options.jitter) {
    change.shift_row_px = jitter_row_px;
    change.shift_col_px = jitter_col_px;
  }
  draw(options.gamma, 0.5, 1.2, &change.gamma);
  draw(options.contrast, 0.8, 1.2, &change.contrast);
  draw(options.brightness, -0.2, 0.2, &change.brightness);
  draw(options.stray, 0, 0.5, &change.stray_share);
  change.stray_width_px = random.Uniform(20, 80);
  draw_factor(options.thinning, 0.05, 1, &change.photons_per_count);
  double hole_deg = 0;
  draw(options.hole, 1, 10, &hole_deg);
  change.hole_px = RadiusPx(hole_deg);
  draw(options.sector, 5, 40, &change.sector_width_deg);
  change.sector_start_deg = random.Uniform(0, 360);
  draw_factor(options.gain, options.gains.low, options.gains.high, &change.gain);
  change.noise_seed = random.Next();
  return change;
}

torch::Tensor Augment(const torch::Tensor& images, std::span<const ImageChange> changes) {
  AIRY_CHECK(images.dim() == 4 && images.size(0) == std::ssize(changes));
  const torch::NoGradGuard no_grad;
  torch::Tensor out = images.clone();
  ChangeSome(
      &out, changes, [](const ImageChange& c) { return (c.symmetry & 4) != 0; },
      [](const torch::Tensor& x, auto) { return x.transpose(2, 3); });
  ChangeSome(
      &out, changes, [](const ImageChange& c) { return (c.symmetry & 1) != 0; },
      [](const torch::Tensor& x, auto) { return x.flip(3); });
  ChangeSome(
      &out, changes, [](const ImageChange& c) { return (c.symmetry & 2) != 0; },
      [](const torch::Tensor& x, auto) { return x.flip(2); });
  ChangeSome(
      &out, changes,
      [](const ImageChange& c) {
        return c.rotation_deg != 0 || c.zoom != 1 || c.shift_row_px != 0 ||
               c.shift_col_px != 0;
      },
      Warp);
  ChangeSome(
      &out, changes, [](const ImageChange& c) { return c.stray_share > 0; },
      AddStrayLight);
  ChangeSome(
      &out, changes, [](const ImageChange& c) { return c.gamma != 1; }, BendResponse);
  ChangeSome(
      &out, changes,
      [](const ImageChange& c) { return c.contrast != 1 || c.brightness != 0; },
      ChangeContrast);
  ChangeSome(
      &out, changes, [](const ImageChange& c) { return c.photons_per_count > 0; }, Thin);
  ChangeSome(
      &out, changes, [](const ImageChange& c) { return c.hole_px > 0; }, CutHole);
  ChangeSome(
      &out, changes, [](const ImageChange& c) { return c.sector_width_deg > 0; },
      CutSector);
  const bool has_gain = std::ranges::any_of(
      changes, [](const ImageChange& change) { return change.gain != 1; });
  if (has_gain) {
    out *= Column(changes, out, [](const ImageChange& c) { return c.gain; });
  }
  return out;
}

}  // namespace airy::model

#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>

#include "model/augmentation_options.h"

namespace airy::model {

// How one image is changed. As made, it is left as it is.
struct ImageChange {
  // Of the 8 of the square: bit 2 exchanges rows and columns, then bit 0 mirrors columns
  // and bit 1 rows.
  int symmetry = 0;
  double rotation_deg = 0;  // from columns towards rows
  double zoom = 1;          // above 1: larger
  double shift_row_px = 0;  // where the centre goes
  double shift_col_px = 0;
  double gamma = 1;
  double contrast = 1;
  double brightness = 0;         // of the mean
  double stray_share = 0;        // the glow's mean over the image's
  double stray_width_px = 0;     // its standard deviation
  double photons_per_count = 0;  // 0: no thinning
  double hole_px = 0;            // radius
  double sector_start_deg = 0;   // from columns towards rows
  double sector_width_deg = 0;
  double gain = 1;
  uint64_t noise_seed = 0;
};

// The change of image `index` in an epoch: a pure function of its arguments. A change's
// probability does not move what is drawn for the others.
ImageChange DrawChange(const AugmentationOptions& options, uint64_t seed, int epoch,
                       int64_t index);

// Changes images [n, 1, s, s] of mean counts, one by one and on their device: an image
// becomes the same in any batch, to the bit on one thread of a CPU. What comes from
// outside is 0. The order is that of the light: geometry, then stray light and response,
// then noise, then what was not measured, then the gain.
torch::Tensor Augment(const torch::Tensor& images, std::span<const ImageChange> changes);

}  // namespace airy::model

#pragma once

#include <string>
#include <vector>

#include "model/explainer.h"
#include "model/safetensors_spool.h"

namespace airy::trainer {

struct ExplainedShot {
  int64_t index = 0;  // in the set it comes from
  Image image;        // as the network saw it
  model::Explanation explanation;
};

// Contour levels drawn and kept, as shares of a map's maximum.
inline constexpr float kContourLevels[] = {0.25F, 0.5F, 0.75F};

// An image as brightness 0..1, from its 0.02 to its 0.999 quantile: the logarithm of
// 1 + counts, or the values of a CCF map as they are.
Image Brightness(const Image& image, bool is_ccf);

// Writes shots as arrays, safetensors F32: with s shots and m maps
//   images [s, 224, 224], shots [s] (their indices), probabilities [s, classes],
//   maps [m, 224, 224], raw_maps [m, h, w], overlays [m, 224, 224],
//   map_shots [m] (positions in `shots`), map_classes [m], contour_levels [k]
// and metadata that says how. An overlay is the image's Brightness times the map where
// that is positive: the image over black, with the map as transparency. Holds no shot:
// their number is limited by the disk alone. Thread-compatible.
class CamReport {
 public:
  // `out` is a .safetensors file; or a folder, made where it is missing, that gets
  // explanations.safetensors and, where airy draws, shot_INDEX.png each. `cam.layer` is
  // filled in. All of these: Unavailable when the disk refuses.
  static Result<CamReport> Create(const std::string& out,
                                  const model::CheckpointInfo& model,
                                  const model::CamOptions& cam);
  Status Add(const ExplainedShot& shot);
  // Called once, last: the file of arrays appears whole.
  Status Finish();

 private:
  CamReport(std::string folder, const model::CheckpointInfo& model,
            const model::CamOptions& cam, model::SafetensorsSpool arrays)
      : folder_(std::move(folder)),
        model_(model),
        cam_(cam),
        arrays_(std::move(arrays)) {}
  Status AddNumber(const std::string& name, int64_t value);

  std::string folder_;  // for pictures; empty: none
  model::CheckpointInfo model_;
  model::CamOptions cam_;
  model::SafetensorsSpool arrays_;
  int64_t shots_ = 0;
};

}  // namespace airy::trainer

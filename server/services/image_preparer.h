#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "airy/v1/inference.pb.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/ccf_map.h"
#include "server/services/rescaler_pool.h"

namespace airy::services {

// Limits on one Classify request.
struct ImageLimits {
  int max_images = 256;
  int max_edge = 4096;  // pixels; rows and columns of an image
};

// Checks the images of a Classify request and brings them to what the network eats, as
// preprocessing does for live frames: square crop about the middle, area average to
// kInputSize, counts times the request's scale and, for a network that sees CCF maps, the
// map of that. Thread-safe.
class ImagePreparer {
 public:
  // `ccf`: as a model says of itself, see model::ModelInfo.
  ImagePreparer(const ImageLimits& limits,
                const std::optional<transform::CcfOptions>& ccf);

  // One image per image of the request, in order. InvalidArgument names the first image
  // and field that is wrong; ResourceExhausted says that there are too many images.
  Result<std::vector<std::shared_ptr<const Image>>> Prepare(
      const v1::ClassifyRequest& request);

 private:
  Result<std::shared_ptr<const Image>> PrepareOne(const v1::Image& image, float scale);
  void Map(std::vector<std::shared_ptr<const Image>>* images) const;

  const ImageLimits limits_;
  const std::unique_ptr<const transform::CcfMapper> ccf_;  // null: images as they are
  RescalerPool rescalers_;
};

}  // namespace airy::services

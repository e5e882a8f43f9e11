#pragma once

#include <memory>
#include <vector>

#include "airy/v1/inference.pb.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"
#include "server/services/rescaler_pool.h"

namespace airy::services {

// Limits on one Classify request.
struct ImageLimits {
  int max_images = 256;
  int max_edge = 4096;  // pixels; rows and columns of an image
};

// Checks the images of a Classify request and brings them to what the network eats, as
// preprocessing does for live frames: square crop about the middle, area average to
// kInputSize, counts times the request's scale. Thread-safe.
class ImagePreparer {
 public:
  explicit ImagePreparer(const ImageLimits& limits);

  // One image per image of the request, in order. InvalidArgument names the first image
  // and field that is wrong; ResourceExhausted says that there are too many images.
  Result<std::vector<std::shared_ptr<const Image>>> Prepare(
      const v1::ClassifyRequest& request);

 private:
  Result<std::shared_ptr<const Image>> PrepareOne(const v1::Image& image, float scale);

  const ImageLimits limits_;
  RescalerPool rescalers_;
};

}  // namespace airy::services

#include "server/pipeline/image_pool.h"

#include <utility>

namespace airy::pipeline {

ImagePool::ImagePool(size_t max_kept) : shelf_(std::make_shared<Shelf>()) {
  shelf_->max_kept = max_kept;
  shelf_->images.reserve(max_kept);  // so that giving back never allocates
}

std::shared_ptr<Image> ImagePool::Take() {
  std::unique_ptr<Image> image;
  {
    std::lock_guard lock(shelf_->mutex);
    if (!shelf_->images.empty()) {
      image = std::move(shelf_->images.back());
      shelf_->images.pop_back();
    }
  }
  if (!image) image = std::make_unique<Image>();
  return {image.release(), [shelf = shelf_](Image* used) {
            std::unique_ptr<Image> back(used);
            std::lock_guard lock(shelf->mutex);
            if (shelf->images.size() < shelf->max_kept) {
              shelf->images.push_back(std::move(back));
            }
          }};
}

}  // namespace airy::pipeline

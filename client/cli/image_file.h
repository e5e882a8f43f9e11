#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "preprocess/frame/frame.h"
#include "preprocess/frame/result.h"

namespace airy::cli {

// One image and the bytes its view points into. Moving keeps the view valid.
struct LoadedImage {
  std::vector<std::byte> bytes;
  PixelView pixels;
};

// A file of detector images: CXI or any HDF5 with a stack of images, PNG, TIFF. Pixel
// values come as stored, never scaled. Owned by one thread.
class ImageFile {
 public:
  // `dataset`: path of the stack inside an HDF5 file; empty: the usual places. NotFound;
  // InvalidArgument for a file that is none of these, or a colour image; DataLoss for one
  // that is cut short. Messages begin with the path.
  static Result<std::unique_ptr<ImageFile>> Open(const std::string& path,
                                                 const std::string& dataset);
  virtual ~ImageFile() = default;
  virtual int64_t count() const = 0;
  virtual Result<LoadedImage> Read(int64_t index) = 0;
};

}  // namespace airy::cli

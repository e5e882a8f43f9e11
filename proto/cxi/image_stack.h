#pragma once

#include <hdf5.h>

#include <string>
#include <vector>

#include "preprocess/frame/frame.h"
#include "proto/cxi/h5_handle.h"

namespace airy::cxi {

// How the images lie in a dataset of rows x cols, or shots x rows x cols. Further axes of
// extent 1 are passed over.
struct StackShape {
  std::vector<hsize_t> extents;
  size_t shot_axis = 0;  // of extents; means nothing where one_image
  bool one_image = true;
  int64_t shots = 1;
  int rows = 0;
  int cols = 0;
  PixelType type = PixelType::kUint16;

  // InvalidArgument for any other rank or extent, and for a type that is no PixelType's.
  static Result<StackShape> Of(hid_t dataset, const std::string& place);
  // "1035 x 1035 uint16".
  std::string ImageText() const;
};

// The images of a file: one dataset, or as CXIDB-94 keeps them a dataset per entry. One
// image is in memory at a time, and of a dataset in chunks the chunks it lies in, up to
// 256 MiB, so that reading in order unpacks no chunk twice. Private to this folder. Owned
// by one thread.
class ImageStack {
 public:
  ImageStack() = default;  // nothing until assigned from Find
  // `wanted`: path of the dataset; empty: the places named in shot_file.h.
  static Result<ImageStack> Find(hid_t file, const std::string& wanted);

  const StackShape& shape() const { return shape_; }
  int64_t shots() const;
  // Path of the (first) dataset.
  const std::string& place() const { return place_; }
  // The entries that hold the images: one, or in a file with an image per entry all.
  const std::vector<std::string>& entries() const { return entries_; }

  // Fills rows * cols pixels. `index` must be 0..shots() - 1. InvalidArgument when the
  // image of a later entry is unlike the first, DataLoss when it cannot be read.
  Status Read(int64_t index, void* pixels) const;

 private:
  Status FindEntries(const std::string& wanted);

  hid_t file_ = H5I_INVALID_HID;
  std::string place_;
  std::vector<std::string> entries_;
  H5Id dataset_;
  StackShape shape_;
};

}  // namespace airy::cxi

#pragma once

#include <hdf5.h>

#include <string>
#include <string_view>
#include <vector>

#include "proto/cxi/h5_handle.h"

namespace airy::cxi {

// A chunked dataset without rows at first that grows along one axis: image stacks and
// the columns beside them. Private to this folder. Thread-compatible.
class GrowingDataset {
 public:
  struct Options {
    std::string path;
    hid_t type = H5I_INVALID_HID;    // stored as it is in memory
    std::vector<hsize_t> row_shape;  // of one row, without the growing axis
    size_t axis = 0;                 // where the growing axis is put into row_shape
    hsize_t chunk_rows = 1;
    bool compress = false;  // byte shuffle and deflate level 1
  };
  GrowingDataset() = default;  // nothing until assigned from Create
  static Result<GrowingDataset> Create(hid_t file, const Options& options);

  // Writes `count` more rows. With axis 0 they lie one after the other; with another
  // axis they are one dense block whose extent along the axis is `count`.
  Status Append(const void* rows, hsize_t count);
  // Makes what was appended visible to readers of a file in SWMR mode.
  Status Flush();
  hsize_t rows() const { return shape_[axis_]; }
  const H5Id& id() const { return dataset_; }

 private:
  std::string path_;
  H5Id type_;
  H5Id dataset_;
  size_t axis_ = 0;
  std::vector<hsize_t> shape_;
};

}  // namespace airy::cxi

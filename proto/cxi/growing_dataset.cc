#include "proto/cxi/growing_dataset.h"

#include "proto/cxi/h5_io.h"

namespace airy::cxi {

Result<GrowingDataset> GrowingDataset::Create(hid_t file, const Options& options) {
  GrowingDataset growing;
  growing.path_ = options.path;
  growing.axis_ = options.axis;
  growing.shape_ = options.row_shape;
  growing.shape_.insert(growing.shape_.begin() + static_cast<ptrdiff_t>(options.axis), 0);
  AIRY_ASSIGN_OR_RETURN(growing.type_, H5Own(H5Tcopy(options.type), options.path));

  std::vector<hsize_t> chunk = growing.shape_;
  chunk[options.axis] = options.chunk_rows;
  std::vector<hsize_t> most = growing.shape_;
  most[options.axis] = H5S_UNLIMITED;
  const int rank = static_cast<int>(chunk.size());
  AIRY_ASSIGN_OR_RETURN(
      const H5Id space,
      H5Own(H5Screate_simple(rank, growing.shape_.data(), most.data()), options.path));
  AIRY_ASSIGN_OR_RETURN(const H5Id creation,
                        H5Own(H5Pcreate(H5P_DATASET_CREATE), options.path));
  AIRY_TRY(H5Check(H5Pset_chunk(creation, rank, chunk.data()), options.path));
  // Every row is written, so filling it before would only write it twice.
  AIRY_TRY(H5Check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), options.path));
  if (options.compress) {
    AIRY_TRY(H5Check(H5Pset_shuffle(creation), options.path));
    AIRY_TRY(H5Check(H5Pset_deflate(creation, 1), options.path));
  }
  AIRY_ASSIGN_OR_RETURN(growing.dataset_, CreateDataset(file, options.path, growing.type_,
                                                        space, creation));
  return growing;
}

Status GrowingDataset::Append(const void* rows, hsize_t count) {
  if (count == 0) return OkStatus();
  std::vector<hsize_t> first(shape_.size(), 0);
  first[axis_] = shape_[axis_];
  std::vector<hsize_t> block = shape_;
  block[axis_] = count;
  std::vector<hsize_t> grown = shape_;
  grown[axis_] += count;
  AIRY_TRY(H5Check(H5Dset_extent(dataset_, grown.data()), path_));
  AIRY_ASSIGN_OR_RETURN(const H5Id space, H5Own(H5Dget_space(dataset_), path_));
  AIRY_TRY(H5Check(H5Sselect_hyperslab(space, H5S_SELECT_SET, first.data(), nullptr,
                                       block.data(), nullptr),
                   path_));
  AIRY_ASSIGN_OR_RETURN(
      const H5Id memory,
      H5Own(H5Screate_simple(static_cast<int>(block.size()), block.data(), nullptr),
            path_));
  AIRY_TRY(H5Check(H5Dwrite(dataset_, type_, memory, space, H5P_DEFAULT, rows), path_));
  shape_ = std::move(grown);
  return OkStatus();
}

Status GrowingDataset::Flush() { return H5Check(H5Dflush(dataset_), path_); }

}  // namespace airy::cxi

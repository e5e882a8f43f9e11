#pragma once

#include <hdf5.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "preprocess/frame/frame.h"
#include "proto/cxi/h5_handle.h"

namespace airy::cxi {

// What HDF5 lacks between its C calls and our files: values in and out of small datasets
// and attributes, each in one call. Private to this folder.

// The in-memory HDF5 type of a number. Lives as long as the library.
template <typename T>
hid_t NativeType();
template <>
inline hid_t NativeType<int8_t>() {
  return H5T_NATIVE_INT8;
}
template <>
inline hid_t NativeType<uint8_t>() {
  return H5T_NATIVE_UINT8;
}
template <>
inline hid_t NativeType<int32_t>() {
  return H5T_NATIVE_INT32;
}
template <>
inline hid_t NativeType<uint32_t>() {
  return H5T_NATIVE_UINT32;
}
template <>
inline hid_t NativeType<int64_t>() {
  return H5T_NATIVE_INT64;
}
template <>
inline hid_t NativeType<uint64_t>() {
  return H5T_NATIVE_UINT64;
}
template <>
inline hid_t NativeType<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
inline hid_t NativeType<double>() {
  return H5T_NATIVE_DOUBLE;
}
hid_t NativeType(PixelType type);

// The pixel type a stored HDF5 type reads into without loss, integers of 64 bits up to
// 2^53; nothing for what is neither integer nor float.
std::optional<PixelType> PixelTypeOf(hid_t stored);
// For messages: "int64", "float16", "compound", ...
std::string DescribeType(hid_t stored);

// A fixed-length, null-padded string type.
Result<H5Id> TextType(size_t length);

// True when every step of an absolute path exists and its end is an object.
bool Exists(hid_t file, const std::string& path);

// Extents of a dataset.
Result<std::vector<hsize_t>> Shape(hid_t dataset);
// For messages: "2 x 3 x 4".
std::string ShapeText(std::span<const hsize_t> shape);

// Creates a dataset, and the groups on the way to it. Nothing in the file tells when.
Result<H5Id> CreateDataset(hid_t file, const std::string& path, hid_t type, hid_t space,
                           hid_t creation = H5P_DEFAULT);
// Creates a dataset of `shape` and fills it; an empty shape makes a scalar.
Status WriteDataset(hid_t file, const std::string& path, hid_t type,
                    std::span<const hsize_t> shape, const void* values);
Status WriteScalar(hid_t file, const std::string& path, int64_t value);
Status WriteText(hid_t file, const std::string& path, std::string_view text);
Status WriteSoftLink(hid_t file, const std::string& target, const std::string& path);
Status CreateGroup(hid_t file, const std::string& path);

Status WriteAttribute(hid_t object, const std::string& name, std::string_view text);
Status WriteAttribute(hid_t object, const std::string& name,
                      std::span<const std::string_view> texts);
// Strings of either HDF5 kind, one or many; nothing when there is no such attribute.
std::optional<std::vector<std::string>> ReadAttribute(hid_t object,
                                                      const std::string& name);
// All elements of a small dataset: strings of either kind as they are, integers in
// decimal. InvalidArgument for any other type.
Result<std::vector<std::string>> ReadTexts(hid_t file, const std::string& path);

// More values than this in a dataset that is read whole are taken for a damaged extent.
inline constexpr hsize_t kMaxValues = 1U << 28;

// Reads a whole small dataset, converting to T.
template <typename T>
Result<std::vector<T>> ReadDataset(hid_t file, const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const H5Id dataset,
                        H5Own(H5Dopen2(file, path.c_str(), H5P_DEFAULT), path));
  AIRY_ASSIGN_OR_RETURN(const std::vector<hsize_t> shape, Shape(dataset));
  hsize_t count = 1;
  for (const hsize_t extent : shape) {
    if (extent > kMaxValues / std::max<hsize_t>(count, 1)) {
      return DataLoss(path + " has a dimension of " + std::to_string(extent));
    }
    count *= extent;
  }
  std::vector<T> values(count);
  AIRY_TRY(H5Check(
      H5Dread(dataset, NativeType<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
      path));
  return values;
}

}  // namespace airy::cxi

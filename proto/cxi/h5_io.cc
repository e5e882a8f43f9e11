#include "proto/cxi/h5_io.h"

#include <algorithm>
#include <functional>

namespace airy::cxi {
namespace {

std::string UntilNull(const char* text, size_t length) {
  return std::string(text, std::find(text, text + length, '\0'));
}

Result<H5Id> Space(std::span<const hsize_t> shape) {
  if (shape.empty()) return H5Own(H5Screate(H5S_SCALAR), "scalar data space");
  return H5Own(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
               "data space");
}

Result<H5Id> LinkCreation() {
  AIRY_ASSIGN_OR_RETURN(H5Id links, H5Own(H5Pcreate(H5P_LINK_CREATE), "link properties"));
  AIRY_TRY(H5Check(H5Pset_create_intermediate_group(links, 1), "link properties"));
  return links;
}

// The time of its making would make two files of the same content differ.
Result<H5Id> WithoutTime(hid_t creation) {
  AIRY_ASSIGN_OR_RETURN(
      H5Id copy,
      H5Own(creation == H5P_DEFAULT ? H5Pcreate(H5P_DATASET_CREATE) : H5Pcopy(creation),
            "dataset properties"));
  AIRY_TRY(H5Check(H5Pset_obj_track_times(copy, false), "dataset properties"));
  return copy;
}

Status WriteTextAttribute(hid_t object, const std::string& name, size_t length,
                          std::span<const hsize_t> shape, const char* bytes) {
  AIRY_ASSIGN_OR_RETURN(const H5Id type, TextType(length));
  AIRY_ASSIGN_OR_RETURN(const H5Id space, Space(shape));
  AIRY_ASSIGN_OR_RETURN(
      const H5Id attribute,
      H5Own(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
            name));
  return H5Check(H5Awrite(attribute, type, bytes), name);
}

// Strings of either HDF5 kind as `read` fills them in; nothing for any other type.
std::optional<std::vector<std::string>> Strings(
    hid_t stored, hid_t space, const std::function<herr_t(void*)>& read) {
  const hssize_t points = H5Sget_simple_extent_npoints(space);
  if (points < 0 || static_cast<hsize_t>(points) > kMaxValues ||
      H5Tget_class(stored) != H5T_STRING) {
    return std::nullopt;
  }
  const auto count = static_cast<size_t>(points);
  std::vector<std::string> texts;
  if (H5Tis_variable_str(stored) > 0) {
    std::vector<char*> pointers(count);
    if (read(pointers.data()) < 0) return std::nullopt;
    for (const char* pointer : pointers) texts.emplace_back(pointer ? pointer : "");
    H5Dvlen_reclaim(stored, space, H5P_DEFAULT, pointers.data());
  } else {
    const size_t length = H5Tget_size(stored);
    if (length > kMaxValues / std::max<size_t>(count, 1)) return std::nullopt;
    std::vector<char> bytes(count * length);
    if (read(bytes.data()) < 0) return std::nullopt;
    for (size_t i = 0; i < count; ++i) {
      texts.push_back(UntilNull(bytes.data() + i * length, length));
    }
  }
  return texts;
}

}  // namespace

hid_t NativeType(PixelType type) {
  switch (type) {
    case PixelType::kUint8:
      return H5T_NATIVE_UINT8;
    case PixelType::kUint16:
      return H5T_NATIVE_UINT16;
    case PixelType::kUint32:
      return H5T_NATIVE_UINT32;
    case PixelType::kInt16:
      return H5T_NATIVE_INT16;
    case PixelType::kInt32:
      return H5T_NATIVE_INT32;
    case PixelType::kFloat32:
      return H5T_NATIVE_FLOAT;
    case PixelType::kFloat64:
      return H5T_NATIVE_DOUBLE;
  }
  AIRY_CHECK(false);
}

std::optional<PixelType> PixelTypeOf(hid_t stored) {
  const size_t size = H5Tget_size(stored);
  switch (H5Tget_class(stored)) {
    case H5T_INTEGER: {
      const bool is_signed = H5Tget_sign(stored) == H5T_SGN_2;
      if (size == 1) return is_signed ? PixelType::kInt16 : PixelType::kUint8;
      if (size == 2) return is_signed ? PixelType::kInt16 : PixelType::kUint16;
      if (size == 4) return is_signed ? PixelType::kInt32 : PixelType::kUint32;
      if (size == 8) return PixelType::kFloat64;
      return std::nullopt;
    }
    case H5T_FLOAT:
      if (size == 2 || size == 4) return PixelType::kFloat32;
      if (size == 8) return PixelType::kFloat64;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::string DescribeType(hid_t stored) {
  const std::string bits = std::to_string(8 * H5Tget_size(stored));
  switch (H5Tget_class(stored)) {
    case H5T_INTEGER:
      return (H5Tget_sign(stored) == H5T_SGN_2 ? "int" : "uint") + bits;
    case H5T_FLOAT:
      return "float" + bits;
    case H5T_STRING:
      return "string";
    case H5T_COMPOUND:
      return "compound";
    case H5T_ENUM:
      return "enumeration";
    default:
      return "no number";
  }
}

Result<H5Id> TextType(size_t length) {
  AIRY_ASSIGN_OR_RETURN(H5Id type, H5Own(H5Tcopy(H5T_C_S1), "string type"));
  AIRY_TRY(H5Check(H5Tset_size(type, std::max<size_t>(length, 1)), "string type"));
  AIRY_TRY(H5Check(H5Tset_strpad(type, H5T_STR_NULLPAD), "string type"));
  AIRY_TRY(H5Check(H5Tset_cset(type, H5T_CSET_UTF8), "string type"));
  return type;
}

bool Exists(hid_t file, const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string step = path.substr(0, end);
    if (H5Lexists(file, step.c_str(), H5P_DEFAULT) <= 0) return false;
    if (H5Oexists_by_name(file, step.c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

Result<std::vector<hsize_t>> Shape(hid_t dataset) {
  AIRY_ASSIGN_OR_RETURN(const H5Id space, H5Own(H5Dget_space(dataset), "data space"));
  const int rank = H5Sget_simple_extent_ndims(space);
  AIRY_TRY(H5Check(rank, "data space"));
  std::vector<hsize_t> shape(static_cast<size_t>(rank));
  AIRY_TRY(H5Check(H5Sget_simple_extent_dims(space, shape.data(), nullptr), "extent"));
  return shape;
}

std::string ShapeText(std::span<const hsize_t> shape) {
  std::string text;
  for (const hsize_t extent : shape) {
    text += (text.empty() ? "" : " x ") + std::to_string(extent);
  }
  return text.empty() ? "a scalar" : text;
}

Result<H5Id> CreateDataset(hid_t file, const std::string& path, hid_t type, hid_t space,
                           hid_t creation) {
  AIRY_ASSIGN_OR_RETURN(const H5Id links, LinkCreation());
  AIRY_ASSIGN_OR_RETURN(const H5Id properties, WithoutTime(creation));
  return H5Own(
      H5Dcreate2(file, path.c_str(), type, space, links, properties, H5P_DEFAULT), path);
}

Status WriteDataset(hid_t file, const std::string& path, hid_t type,
                    std::span<const hsize_t> shape, const void* values) {
  AIRY_ASSIGN_OR_RETURN(const H5Id space, Space(shape));
  AIRY_ASSIGN_OR_RETURN(const H5Id dataset, CreateDataset(file, path, type, space));
  return H5Check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), path);
}

Status WriteScalar(hid_t file, const std::string& path, int64_t value) {
  return WriteDataset(file, path, H5T_NATIVE_INT64, {}, &value);
}

Status WriteText(hid_t file, const std::string& path, std::string_view text) {
  const std::string padded(text.empty() ? std::string_view("\0", 1) : text);
  AIRY_ASSIGN_OR_RETURN(const H5Id type, TextType(padded.size()));
  return WriteDataset(file, path, type, {}, padded.data());
}

Status WriteSoftLink(hid_t file, const std::string& target, const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const H5Id links, LinkCreation());
  return H5Check(H5Lcreate_soft(target.c_str(), file, path.c_str(), links, H5P_DEFAULT),
                 path);
}

Status CreateGroup(hid_t file, const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const H5Id links, LinkCreation());
  return H5Own(H5Gcreate2(file, path.c_str(), links, H5P_DEFAULT, H5P_DEFAULT), path)
      .status();
}

Status WriteAttribute(hid_t object, const std::string& name, std::string_view text) {
  const std::string padded(text.empty() ? std::string_view("\0", 1) : text);
  return WriteTextAttribute(object, name, padded.size(), {}, padded.data());
}

Status WriteAttribute(hid_t object, const std::string& name,
                      std::span<const std::string_view> texts) {
  size_t length = 1;
  for (const std::string_view text : texts) length = std::max(length, text.size());
  std::string bytes;
  for (const std::string_view text : texts) {
    bytes += text;
    bytes.append(length - text.size(), '\0');
  }
  const hsize_t count = texts.size();
  return WriteTextAttribute(object, name, length, {&count, 1}, bytes.data());
}

std::optional<std::vector<std::string>> ReadAttribute(hid_t object,
                                                      const std::string& name) {
  if (H5Aexists(object, name.c_str()) <= 0) return std::nullopt;
  const H5Id attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT));
  const H5Id stored(H5Aget_type(attribute));
  return Strings(stored, H5Id(H5Aget_space(attribute)),
                 [&](void* values) { return H5Aread(attribute, stored, values); });
}

Result<std::vector<std::string>> ReadTexts(hid_t file, const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const H5Id dataset,
                        H5Own(H5Dopen2(file, path.c_str(), H5P_DEFAULT), path));
  const H5Id stored(H5Dget_type(dataset));
  if (H5Tget_class(stored) == H5T_INTEGER) {
    AIRY_ASSIGN_OR_RETURN(const auto numbers, ReadDataset<int64_t>(file, path));
    std::vector<std::string> texts;
    for (const int64_t number : numbers) texts.push_back(std::to_string(number));
    return texts;
  }
  auto texts = Strings(stored, H5Id(H5Dget_space(dataset)), [&](void* values) {
    return H5Dread(dataset, stored, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  });
  if (!texts) {
    return InvalidArgument(path + " must hold strings or integers; was " +
                           DescribeType(stored));
  }
  return *std::move(texts);
}

}  // namespace airy::cxi

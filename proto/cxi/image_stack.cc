#include "proto/cxi/image_stack.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "proto/cxi/h5_io.h"
#include "proto/cxi/layout.h"

namespace airy::cxi {
namespace {

constexpr std::array<const char*, 4> kStackPlaces = {
    layout::kDataLink, "/entry_1/image_1/data", layout::kStack, "/data/data"};
constexpr hsize_t kMaxEdge = 65536;
constexpr hsize_t kMaxShots = 1U << 24;         // more is a damaged extent
constexpr hsize_t kMaxCacheBytes = 256U << 20;  // of chunks that an image lies in

Result<std::string> FindPlace(hid_t file, const std::string& wanted) {
  if (!wanted.empty()) {
    const std::string place = wanted.front() == '/' ? wanted : "/" + wanted;
    if (Exists(file, place)) return place;
    return InvalidArgument("no dataset at " + place);
  }
  std::string tried;
  for (const char* place : kStackPlaces) {
    if (Exists(file, place)) return std::string(place);
    tried += std::string(tried.empty() ? "" : ", ") + place;
  }
  return InvalidArgument("no image stack; looked for " + tried);
}

// The number of "entry_<number>"; nothing for any other name.
std::optional<int64_t> EntryNumber(std::string_view name) {
  constexpr std::string_view kPrefix = "entry_";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  int64_t number = 0;
  const auto [end, error] =
      std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

// "/entry_1", "/entry_2", ... by number.
Result<std::vector<std::string>> FindEntryGroups(hid_t file) {
  std::vector<int64_t> numbers;
  const auto visit = [](hid_t, const char* name, const H5L_info_t*, void* found) {
    if (const auto number = EntryNumber(name)) {
      static_cast<std::vector<int64_t>*>(found)->push_back(*number);
    }
    return herr_t{0};
  };
  AIRY_TRY(
      H5Check(H5Literate(file, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit, &numbers),
              "entries"));
  std::sort(numbers.begin(), numbers.end());
  std::vector<std::string> groups;
  for (const int64_t number : numbers) {
    groups.push_back("/entry_" + std::to_string(number));
  }
  return groups;
}

// The entry that a dataset belongs to: the one it stands in, or the first.
std::string EntryOf(const std::string& place) {
  const std::string first_step = place.substr(0, place.find('/', 1));
  return EntryNumber(first_step.substr(1)) ? first_step : layout::kEntry;
}

// Opens a dataset with a chunk cache for all chunks that one image lies in, where several
// images share them.
Result<H5Id> OpenForImages(hid_t file, const std::string& place,
                           const StackShape& shape) {
  AIRY_ASSIGN_OR_RETURN(H5Id dataset,
                        H5Own(H5Dopen2(file, place.c_str(), H5P_DEFAULT), place));
  const H5Id creation(H5Dget_create_plist(dataset));
  if (shape.one_image || H5Pget_layout(creation) != H5D_CHUNKED) return dataset;
  std::vector<hsize_t> chunk(shape.extents.size());
  AIRY_TRY(H5Check(H5Pget_chunk(creation, static_cast<int>(chunk.size()), chunk.data()),
                   place));
  if (chunk[shape.shot_axis] == 1) return dataset;
  hsize_t chunks = 1;
  hsize_t bytes = PixelSize(shape.type);
  for (size_t axis = 0; axis < chunk.size(); ++axis) {
    const hsize_t extent = axis == shape.shot_axis ? 1 : shape.extents[axis];
    chunks *= (extent + chunk[axis] - 1) / chunk[axis];
    bytes *= chunk[axis];
    if (bytes > kMaxCacheBytes || chunks * bytes > kMaxCacheBytes) return dataset;
  }
  AIRY_ASSIGN_OR_RETURN(const H5Id access, H5Own(H5Pcreate(H5P_DATASET_ACCESS), place));
  // HDF5's manual: a hundred slots per chunk, so that none is thrown out by another.
  AIRY_TRY(H5Check(H5Pset_chunk_cache(access, 100 * chunks + 1, chunks * bytes,
                                      H5D_CHUNK_CACHE_W0_DEFAULT),
                   place));
  dataset = H5Id();  // HDF5 keeps the cache of the dataset that is open
  return H5Own(H5Dopen2(file, place.c_str(), access), place);
}

// Shot `index` of a dataset.
Status ReadFrom(const H5Id& dataset, const std::string& place, int64_t index,
                const StackShape& shape, void* pixels) {
  AIRY_ASSIGN_OR_RETURN(const H5Id space, H5Own(H5Dget_space(dataset), place));
  // Of the image's own shape: HDF5 goes pixel by pixel where the two spaces differ in it.
  const std::array<hsize_t, 2> image = {static_cast<hsize_t>(shape.rows),
                                        static_cast<hsize_t>(shape.cols)};
  AIRY_ASSIGN_OR_RETURN(const H5Id memory,
                        H5Own(H5Screate_simple(2, image.data(), nullptr), place));
  if (!shape.one_image) {
    std::vector<hsize_t> first(shape.extents.size(), 0);
    std::vector<hsize_t> counts = shape.extents;
    first[shape.shot_axis] = static_cast<hsize_t>(index);
    counts[shape.shot_axis] = 1;
    AIRY_TRY(H5Check(H5Sselect_hyperslab(space, H5S_SELECT_SET, first.data(), nullptr,
                                         counts.data(), nullptr),
                     place));
  }
  const Status read = H5Check(
      H5Dread(dataset, NativeType(shape.type), memory, space, H5P_DEFAULT, pixels),
      place);
  return read.ok() ? read : DataLoss(read.message());
}

}  // namespace

Result<StackShape> StackShape::Of(hid_t dataset, const std::string& place) {
  StackShape shape;
  AIRY_ASSIGN_OR_RETURN(shape.extents, Shape(dataset));
  const size_t rank = shape.extents.size();
  size_t longer = 0;  // axes before rows and columns that are longer than 1
  for (size_t axis = 0; axis + 2 < rank; ++axis) {
    shape.one_image = false;
    if (shape.extents[axis] == 1) continue;
    shape.shot_axis = axis;
    ++longer;
  }
  if (rank < 2 || longer > 1) {
    return InvalidArgument(place + " must be rows x cols or shots x rows x cols; was " +
                           ShapeText(shape.extents));
  }
  const hsize_t shots = shape.one_image ? 1 : shape.extents[shape.shot_axis];
  const hsize_t rows = shape.extents[rank - 2];
  const hsize_t cols = shape.extents[rank - 1];
  if (rows < 1 || rows > kMaxEdge || cols < 1 || cols > kMaxEdge || shots > kMaxShots) {
    return InvalidArgument(place + " must have 1..65536 rows and columns; was " +
                           ShapeText(shape.extents));
  }
  const H5Id type(H5Dget_type(dataset));
  const std::optional<PixelType> pixel_type = PixelTypeOf(type);
  if (!pixel_type) {
    return InvalidArgument(place +
                           " must hold integers or floats of up to 64 bits; was " +
                           DescribeType(type));
  }
  shape.shots = static_cast<int64_t>(shots);
  shape.rows = static_cast<int>(rows);
  shape.cols = static_cast<int>(cols);
  shape.type = *pixel_type;
  return shape;
}

std::string StackShape::ImageText() const {
  return std::to_string(rows) + " x " + std::to_string(cols) + " " +
         std::string(PixelTypeName(type));
}

Result<ImageStack> ImageStack::Find(hid_t file, const std::string& wanted) {
  ImageStack stack;
  stack.file_ = file;
  AIRY_ASSIGN_OR_RETURN(stack.place_, FindPlace(file, wanted));
  auto dataset = H5Own(H5Dopen2(file, stack.place_.c_str(), H5P_DEFAULT), stack.place_);
  if (!dataset.ok()) return InvalidArgument(stack.place_ + " must be a dataset");
  AIRY_ASSIGN_OR_RETURN(stack.shape_, StackShape::Of(*dataset, stack.place_));
  dataset = H5Id();  // so that it can be opened with a cache of its own
  AIRY_TRY(stack.FindEntries(wanted));
  AIRY_ASSIGN_OR_RETURN(stack.dataset_, OpenForImages(file, stack.place_, stack.shape_));
  return stack;
}

Status ImageStack::FindEntries(const std::string& wanted) {
  entries_ = {EntryOf(place_)};
  if (!wanted.empty() || !place_.starts_with(entries_.front())) return OkStatus();
  AIRY_ASSIGN_OR_RETURN(std::vector<std::string> groups, FindEntryGroups(file_));
  if (groups.size() <= 1) return OkStatus();
  if (shape_.shots != 1) {
    return InvalidArgument("stacks of images in " + std::to_string(groups.size()) +
                           " entries; name the dataset to read, as " + place_);
  }
  entries_ = std::move(groups);
  return OkStatus();
}

int64_t ImageStack::shots() const {
  return entries_.size() > 1 ? std::ssize(entries_) : shape_.shots;
}

Status ImageStack::Read(int64_t index, void* pixels) const {
  if (entries_.size() == 1) return ReadFrom(dataset_, place_, index, shape_, pixels);
  const std::string place =
      entries_[static_cast<size_t>(index)] + place_.substr(entries_.front().size());
  if (!Exists(file_, place)) return InvalidArgument("no dataset at " + place);
  AIRY_ASSIGN_OR_RETURN(const H5Id dataset,
                        H5Own(H5Dopen2(file_, place.c_str(), H5P_DEFAULT), place));
  AIRY_ASSIGN_OR_RETURN(const StackShape shape, StackShape::Of(dataset, place));
  if (shape.shots != 1 || shape.ImageText() != shape_.ImageText()) {
    return InvalidArgument(place + " must hold one image of " + shape_.ImageText() +
                           " as " + place_ + " does; holds " +
                           std::to_string(shape.shots) + " of " + shape.ImageText());
  }
  return ReadFrom(dataset, place, 0, shape, pixels);
}

}  // namespace airy::cxi

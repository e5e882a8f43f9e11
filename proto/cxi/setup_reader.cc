#include "proto/cxi/setup_reader.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>

#include "proto/cxi/h5_io.h"
#include "proto/cxi/layout.h"

namespace airy::cxi {
namespace {

constexpr double kLargestEnergyJ = 1.6e-13;  // 1 MeV: more is in eV
constexpr double kLargestLengthM = 1e5;

// The first of `places` that exists; empty when none does.
std::string FirstOf(hid_t file, std::initializer_list<std::string> places) {
  for (const std::string& place : places) {
    if (Exists(file, place)) return place;
  }
  return {};
}

std::string ParentOf(const std::string& place) {
  return place.substr(0, place.rfind('/'));
}

// The detector of the stack's (first) images.
std::string DetectorOf(const ImageStack& stack) {
  const std::string parent = ParentOf(stack.place());
  if (parent.find("/detector_") != std::string::npos) return parent;
  return stack.entries().front() + layout::kDetectorInEntry;
}

Result<std::vector<uint32_t>> ReadMask(hid_t file, const ImageStack& stack) {
  const StackShape& images = stack.shape();
  const std::string detector = DetectorOf(stack);
  for (const std::string& place : {ParentOf(stack.place()) + "/mask", detector + "/mask",
                                   detector + "/mask_shared"}) {
    if (!Exists(file, place)) continue;
    AIRY_ASSIGN_OR_RETURN(const H5Id dataset,
                          H5Own(H5Dopen2(file, place.c_str(), H5P_DEFAULT), place));
    AIRY_ASSIGN_OR_RETURN(const auto shape, Shape(dataset));
    if (shape.size() == 3 && shape[0] > 1) continue;  // a mask per shot
    const hssize_t count = H5Sget_simple_extent_npoints(H5Id(H5Dget_space(dataset)));
    if (shape.size() < 2 || shape.back() != static_cast<hsize_t>(images.cols) ||
        count != static_cast<hssize_t>(images.rows) * images.cols) {
      return InvalidArgument(place + " must be " + std::to_string(images.rows) + " x " +
                             std::to_string(images.cols) + " as the images are; was " +
                             ShapeText(shape));
    }
    return ReadDataset<uint32_t>(file, place);
  }
  return std::vector<uint32_t>();
}

// One length; nothing when there is none at `place`.
Status ReadLength(hid_t file, const std::string& place, std::optional<double>* length) {
  if (!Exists(file, place)) return OkStatus();
  AIRY_ASSIGN_OR_RETURN(const auto values, ReadDataset<double>(file, place));
  if (values.size() != 1 || !(values[0] > 0 && values[0] <= kLargestLengthM)) {
    return InvalidArgument(place + " must be one length of above 0 to 100000 m; was " +
                           (values.size() == 1
                                ? std::to_string(values[0])
                                : std::to_string(values.size()) + " values"));
  }
  *length = values[0];
  return OkStatus();
}

// Two vectors as rows, which CXI asks for, or as columns, which cdtools writes.
Status ReadBasisVectors(hid_t file, const std::string& place,
                        DetectorGeometry* geometry) {
  if (!Exists(file, place)) {
    if (geometry->x_pixel_size_m && geometry->y_pixel_size_m) {
      geometry->basis_vectors_m = {
          {{0, -*geometry->y_pixel_size_m, 0}, {-*geometry->x_pixel_size_m, 0, 0}}};
    }
    return OkStatus();
  }
  AIRY_ASSIGN_OR_RETURN(const H5Id dataset,
                        H5Own(H5Dopen2(file, place.c_str(), H5P_DEFAULT), place));
  AIRY_ASSIGN_OR_RETURN(const auto shape, Shape(dataset));
  const bool rows = shape == std::vector<hsize_t>{2, 3};
  if (!rows && shape != std::vector<hsize_t>{3, 2}) {
    return InvalidArgument(place + " must be 2 x 3, or 3 x 2; was " + ShapeText(shape));
  }
  AIRY_ASSIGN_OR_RETURN(const auto values, ReadDataset<double>(file, place));
  auto& basis = geometry->basis_vectors_m.emplace();
  for (size_t vector = 0; vector < 2; ++vector) {
    for (size_t axis = 0; axis < 3; ++axis) {
      basis[vector][axis] = values[rows ? 3 * vector + axis : 2 * axis + vector];
    }
  }
  return OkStatus();
}

Status ReadCorner(hid_t file, const std::string& place, DetectorGeometry* geometry) {
  if (!Exists(file, place)) return OkStatus();
  AIRY_ASSIGN_OR_RETURN(const auto values, ReadDataset<double>(file, place));
  if (values.size() != 3) {
    return InvalidArgument(place + " must be x, y and z; was " +
                           std::to_string(values.size()) + " values");
  }
  geometry->corner_position_m = {values[0], values[1], values[2]};
  return OkStatus();
}

// One value per shot out of what `read` finds at the same member of every entry.
template <typename T>
Result<std::vector<T>> PerShot(
    const ImageStack& stack, int64_t shots,
    const std::function<Result<std::vector<T>>(const std::string& entry)>& read) {
  std::vector<T> all;
  const bool image_per_entry = stack.entries().size() > 1;
  for (const std::string& entry : stack.entries()) {
    AIRY_ASSIGN_OR_RETURN(std::vector<T> values, read(entry));
    const auto wanted = static_cast<size_t>(image_per_entry ? 1 : shots);
    if (values.empty()) return std::vector<T>();
    if (values.size() == 1) values.resize(wanted, values.front());  // holds for all
    if (values.size() < wanted) {
      return InvalidArgument(entry + " must have one value, or one for each of " +
                             std::to_string(wanted) + " shots; has " +
                             std::to_string(values.size()));
    }
    all.insert(all.end(), values.begin(),
               values.begin() + static_cast<ptrdiff_t>(wanted));
  }
  return all;
}

}  // namespace

Result<Setup> ReadSetup(hid_t file, const ImageStack& stack) {
  Setup setup;
  AIRY_ASSIGN_OR_RETURN(setup.mask, ReadMask(file, stack));
  const std::string detector = DetectorOf(stack);
  DetectorGeometry& geometry = setup.geometry;
  AIRY_TRY(ReadLength(file, detector + "/distance", &geometry.distance_m));
  AIRY_TRY(ReadLength(file, detector + "/x_pixel_size", &geometry.x_pixel_size_m));
  AIRY_TRY(ReadLength(file, detector + "/y_pixel_size", &geometry.y_pixel_size_m));
  AIRY_TRY(ReadBasisVectors(file, detector + "/basis_vectors", &geometry));
  AIRY_TRY(ReadCorner(file, detector + "/corner_position", &geometry));
  return setup;
}

Result<std::vector<double>> ReadPhotonEnergiesJ(hid_t file, const ImageStack& stack,
                                                int64_t shots) {
  return PerShot<double>(
      stack, shots, [&](const std::string& entry) -> Result<std::vector<double>> {
        const std::string place = entry + layout::kEnergyInEntry;
        if (!Exists(file, place)) return std::vector<double>();
        AIRY_ASSIGN_OR_RETURN(auto energies, ReadDataset<double>(file, place));
        for (const double energy : energies) {
          if (energy > 0 && energy <= kLargestEnergyJ) continue;
          return InvalidArgument(place + " must be above 0 and at most 1.6e-13 J; was " +
                                 std::to_string(energy));
        }
        return energies;
      });
}

Result<std::vector<std::string>> ReadIdentifiers(hid_t file, const ImageStack& stack,
                                                 int64_t shots) {
  return PerShot<std::string>(
      stack, shots, [&](const std::string& entry) -> Result<std::vector<std::string>> {
        const std::string place = FirstOf(
            file, {entry + "/experiment_identifier", entry + "/experimental_identifier"});
        if (place.empty()) return std::vector<std::string>();
        return ReadTexts(file, place);
      });
}

}  // namespace airy::cxi

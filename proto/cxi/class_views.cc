#include "proto/cxi/class_views.h"

#include <algorithm>
#include <array>

#include "preprocess/frame/classes.h"
#include "proto/cxi/h5_handle.h"
#include "proto/cxi/h5_io.h"
#include "proto/cxi/layout.h"

namespace airy::cxi {
namespace {

// HDF5 copies a selection for every run that is added to it, so the runs of a long file
// are spread over several mappings: cost grows with the runs, not with their square.
constexpr size_t kRunsPerMapping = 32;

// `rows` followed by the shape of one row.
std::vector<hsize_t> WithRows(hsize_t rows, std::span<const hsize_t> row_shape) {
  std::vector<hsize_t> shape = {rows};
  shape.insert(shape.end(), row_shape.begin(), row_shape.end());
  return shape;
}

Result<H5Id> SpaceOf(const std::vector<hsize_t>& shape) {
  return H5Own(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
               "view");
}

Status Select(hid_t space, const RowRun& run, std::span<const hsize_t> row_shape,
              H5S_seloper_t how) {
  std::vector<hsize_t> first(1 + row_shape.size(), 0);
  first[0] = run.first;
  const std::vector<hsize_t> block = WithRows(run.count, row_shape);
  const std::vector<hsize_t> ones(block.size(), 1);
  return H5Check(
      H5Sselect_hyperslab(space, how, first.data(), nullptr, ones.data(), block.data()),
      "view");
}

// What the four views of a class differ in.
struct View {
  const char* name;
  std::string ClassPart::*source;
  hid_t type;
  std::vector<hsize_t> row_shape;
};

// Maps rows [*at, ...) of the view to some runs of one part, and moves *at on.
Status MapRuns(hid_t creation, hid_t view_space, const View& view, const ClassPart& part,
               std::span<const RowRun> runs, hsize_t* at) {
  AIRY_ASSIGN_OR_RETURN(const H5Id source,
                        SpaceOf(WithRows(part.file_rows, view.row_shape)));
  AIRY_TRY(H5Check(H5Sselect_none(source), view.name));
  hsize_t rows = 0;
  for (const RowRun& run : runs) {
    AIRY_TRY(Select(source, run, view.row_shape, H5S_SELECT_OR));
    rows += run.count;
  }
  AIRY_TRY(Select(view_space, {*at, rows}, view.row_shape, H5S_SELECT_SET));
  *at += rows;
  return H5Check(H5Pset_virtual(creation, view_space, part.file_name.c_str(),
                                (part.*view.source).c_str(), source),
                 view.name);
}

Status WriteView(hid_t file, const std::string& path, const View& view,
                 std::span<const ClassPart> parts) {
  hsize_t rows = 0;
  for (const ClassPart& part : parts) rows += part.rows();
  AIRY_ASSIGN_OR_RETURN(const H5Id space, SpaceOf(WithRows(rows, view.row_shape)));
  AIRY_ASSIGN_OR_RETURN(const H5Id creation, H5Own(H5Pcreate(H5P_DATASET_CREATE), path));
  hsize_t at = 0;
  for (const ClassPart& part : parts) {
    std::span<const RowRun> runs = part.runs;
    while (!runs.empty()) {
      const size_t count = std::min(runs.size(), kRunsPerMapping);
      AIRY_TRY(MapRuns(creation, space, view, part, runs.first(count), &at));
      runs = runs.subspan(count);
    }
  }
  AIRY_TRY(H5Check(H5Sselect_all(space), path));
  return CreateDataset(file, path, view.type, space, creation).status();
}

}  // namespace

hsize_t ClassPart::rows() const {
  hsize_t sum = 0;
  for (const RowRun& run : runs) sum += run.count;
  return sum;
}

ClassPart PartOfHitFile(const std::string& file_name, std::span<const uint16_t> labels,
                        int class_index) {
  ClassPart part;
  part.file_name = file_name;
  part.file_rows = labels.size();
  part.data = layout::kStack;
  part.train_id = layout::kTrainId;
  part.pulse_id = layout::kPulseId;
  part.probabilities = layout::kProbabilities;
  std::vector<RowRun>& runs = part.runs;
  for (hsize_t i = 0; i < labels.size(); ++i) {
    if (((labels[i] >> class_index) & 1) == 0) continue;
    if (!runs.empty() && runs.back().first + runs.back().count == i) {
      ++runs.back().count;
    } else {
      runs.push_back({i, 1});
    }
  }
  return part;
}

ClassPart PartOfViews(const std::string& file_name, hsize_t rows, int class_index) {
  const std::string group = ClassGroup(class_index);
  ClassPart part;
  part.file_name = file_name;
  part.file_rows = rows;
  part.data = group + "/data";
  part.train_id = group + "/train_id";
  part.pulse_id = group + "/pulse_id";
  part.probabilities = group + "/probabilities";
  if (rows > 0) part.runs.push_back({0, rows});
  return part;
}

Status WriteClassViews(hid_t file, int class_index, std::span<const ClassPart> parts,
                       int rows, int cols, PixelType type) {
  const std::array<View, 4> views = {
      {{"/data",
        &ClassPart::data,
        NativeType(type),
        {static_cast<hsize_t>(rows), static_cast<hsize_t>(cols)}},
       {"/train_id", &ClassPart::train_id, H5T_NATIVE_UINT64, {}},
       {"/pulse_id", &ClassPart::pulse_id, H5T_NATIVE_UINT64, {}},
       {"/probabilities", &ClassPart::probabilities, H5T_NATIVE_FLOAT, {kClassCount}}}};
  for (const View& view : views) {
    AIRY_TRY(WriteView(file, ClassGroup(class_index) + view.name, view, parts));
  }
  return OkStatus();
}

std::string ClassGroup(int class_index) {
  return std::string(layout::kClasses) + "/" +
         std::string(kClassNames[static_cast<size_t>(class_index)]);
}

}  // namespace airy::cxi

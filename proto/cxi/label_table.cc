#include "proto/cxi/label_table.h"

#include <algorithm>

#include "proto/cxi/h5_io.h"
#include "proto/cxi/layout.h"

namespace airy::cxi {

std::optional<LabelTable> LabelTable::Find(hid_t file, int64_t shots) {
  std::optional<LabelTable> tags = FindTags(file, shots);
  return tags ? tags : FindNote(file, shots);
}

std::optional<LabelTable> LabelTable::FindTags(hid_t file, int64_t shots) {
  if (!Exists(file, layout::kTags)) return std::nullopt;
  const H5Id dataset(H5Dopen2(file, layout::kTags, H5P_DEFAULT));
  if (!dataset.valid()) return std::nullopt;
  const auto shape = Shape(dataset);
  const auto headings = ReadAttribute(dataset, layout::kHeadings);
  if (!shape.ok() || shape->size() != 2 || !headings) return std::nullopt;
  if (headings->size() != (*shape)[0]) return std::nullopt;
  const size_t columns = (*shape)[1];
  if (columns < static_cast<size_t>(shots)) return std::nullopt;
  LabelTable table(layout::kTags, shots);
  for (size_t c = 0; c < kClassCount; ++c) {
    const auto row = std::find(headings->begin(), headings->end(), kClassNames[c]);
    if (row == headings->end()) return std::nullopt;
    table.first_[c] = static_cast<size_t>(row - headings->begin()) * columns;
  }
  return table;
}

std::optional<LabelTable> LabelTable::FindNote(hid_t file, int64_t shots) {
  if (!Exists(file, layout::kNote)) return std::nullopt;
  const H5Id dataset(H5Dopen2(file, layout::kNote, H5P_DEFAULT));
  if (!dataset.valid()) return std::nullopt;
  const H5Id type(H5Dget_type(dataset));
  if (H5Tget_class(type) != H5T_INTEGER) return std::nullopt;
  const hssize_t count = H5Sget_simple_extent_npoints(H5Id(H5Dget_space(dataset)));
  if (count != kClassCount * shots) return std::nullopt;
  LabelTable table(layout::kNote, shots);
  for (size_t c = 0; c < kClassCount; ++c) table.first_[c] = c;
  table.step_ = kClassCount;
  return table;
}

Result<std::vector<Labels>> LabelTable::Read(hid_t file) const {
  AIRY_ASSIGN_OR_RETURN(const std::vector<int32_t> values,
                        ReadDataset<int32_t>(file, path_));
  std::vector<Labels> labels(static_cast<size_t>(shots_));
  for (size_t shot = 0; shot < labels.size(); ++shot) {
    for (size_t c = 0; c < kClassCount; ++c) {
      labels[shot][c] = values[first_[c] + shot * step_] != 0;
    }
  }
  return labels;
}

}  // namespace airy::cxi

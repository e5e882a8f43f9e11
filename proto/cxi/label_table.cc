#include "proto/cxi/label_table.h"

#include <algorithm>

#include "proto/cxi/h5_io.h"
#include "proto/cxi/layout.h"

namespace airy::cxi {

Result<LabelTable> LabelTable::Find(hid_t file, const std::string& entry, int64_t shots) {
  const std::string tags_place = entry + layout::kTagsInEntry;
  const std::string note_place = entry + layout::kNoteInEntry;
  const bool has_tags = Exists(file, tags_place);
  const bool has_note = Exists(file, note_place);
  if (!has_tags && !has_note) {
    return FailedPrecondition("no labels; looked for " + tags_place + ", " + note_place);
  }
  if (!has_tags) return FindNote(file, note_place, shots);
  Result<LabelTable> tags = FindTags(file, tags_place, shots);
  if (tags.ok() || !has_note) return tags;
  Result<LabelTable> note = FindNote(file, note_place, shots);
  return note.ok() ? note : tags;
}

Result<LabelTable> LabelTable::FindTags(hid_t file, const std::string& place,
                                        int64_t shots) {
  AIRY_ASSIGN_OR_RETURN(const H5Id dataset,
                        H5Own(H5Dopen2(file, place.c_str(), H5P_DEFAULT), place));
  AIRY_ASSIGN_OR_RETURN(const auto shape, Shape(dataset));
  const auto headings = ReadAttribute(dataset, layout::kHeadings);
  const size_t names = headings ? headings->size() : 0;
  if (shape.size() != 2 || names != shape[0] || shape[1] < static_cast<hsize_t>(shots)) {
    return InvalidArgument(place + " must have one heading per row and " +
                           std::to_string(shots) + " columns, one per shot; has " +
                           std::to_string(names) + " headings and is " +
                           ShapeText(shape));
  }
  LabelTable table(place, shots);
  for (size_t c = 0; c < kClassCount; ++c) {
    const auto row = std::find(headings->begin(), headings->end(), kClassNames[c]);
    if (row == headings->end()) {
      return InvalidArgument(place + " must have a heading for each of the " +
                             std::to_string(kClassCount) + " classes; none is " +
                             std::string(kClassNames[c]));
    }
    table.first_[c] = static_cast<size_t>(row - headings->begin()) * shape[1];
  }
  return table;
}

Result<LabelTable> LabelTable::FindNote(hid_t file, const std::string& place,
                                        int64_t shots) {
  AIRY_ASSIGN_OR_RETURN(const H5Id dataset,
                        H5Own(H5Dopen2(file, place.c_str(), H5P_DEFAULT), place));
  AIRY_ASSIGN_OR_RETURN(const auto shape, Shape(dataset));
  const H5Id type(H5Dget_type(dataset));
  const hssize_t count = H5Sget_simple_extent_npoints(H5Id(H5Dget_space(dataset)));
  if (H5Tget_class(type) != H5T_INTEGER || count != kClassCount * shots) {
    return InvalidArgument(place + " must hold " + std::to_string(kClassCount) +
                           " integers for each of " + std::to_string(shots) +
                           " shots; was " + ShapeText(shape) + " of " +
                           DescribeType(type));
  }
  LabelTable table(place, shots);
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
      const int32_t value = values[first_[c] + shot * step_];
      if (value != 0 && value != 1) {
        return InvalidArgument(path_ + ": label " + std::string(kClassNames[c]) +
                               " of shot " + std::to_string(shot) +
                               " must be 0 or 1; was " + std::to_string(value));
      }
      labels[shot][c] = static_cast<uint8_t>(value);
    }
  }
  return labels;
}

}  // namespace airy::cxi

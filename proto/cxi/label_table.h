#pragma once

#include <hdf5.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "preprocess/frame/result.h"
#include "proto/cxi/shot_file.h"

namespace airy::cxi {

// The labels of an entry, found once and read when asked for: CXI `tags` whose headings
// name all our classes, in any order, or CXIDB-94's note_1/data, eleven integers per
// shot. Private to this folder. Thread-compatible.
class LabelTable {
 public:
  // FailedPrecondition when `entry` ("/entry_1") has no labels, InvalidArgument when it
  // has some that do not fit `shots` shots and our classes.
  static Result<LabelTable> Find(hid_t file, const std::string& entry, int64_t shots);
  // One row per shot. InvalidArgument for a label that is neither 0 nor 1.
  Result<std::vector<Labels>> Read(hid_t file) const;

 private:
  LabelTable(std::string path, int64_t shots) : path_(std::move(path)), shots_(shots) {}
  static Result<LabelTable> FindTags(hid_t file, const std::string& place, int64_t shots);
  static Result<LabelTable> FindNote(hid_t file, const std::string& place, int64_t shots);

  std::string path_;
  int64_t shots_;
  // The label of class c of shot i is value first_[c] + i * step_ of the dataset.
  std::array<size_t, kClassCount> first_{};
  size_t step_ = 1;
};

}  // namespace airy::cxi

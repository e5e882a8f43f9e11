#pragma once

#include <hdf5.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "preprocess/frame/frame.h"
#include "preprocess/frame/result.h"

namespace airy::cxi {

// Consecutive rows of a dataset.
struct RowRun {
  hsize_t first = 0;
  hsize_t count = 0;
};

// Where some shots of one class lie: rows of a file's four datasets. Private to this
// folder, like all of this header.
struct ClassPart {
  std::string file_name;  // relative to the file the view is in
  hsize_t file_rows = 0;
  std::vector<RowRun> runs;

  // Of the datasets: a hit file's, or a file's own views of the same class.
  std::string data, train_id, pulse_id, probabilities;

  hsize_t rows() const;
};

// The shots of a hit file that carry label `class_index`.
ClassPart PartOfHitFile(const std::string& file_name, std::span<const uint16_t> labels,
                        int class_index);
// All `rows` shots in a file's view of class `class_index`.
ClassPart PartOfViews(const std::string& file_name, hsize_t rows, int class_index);

// Writes /classes/<class>/{data,train_id,pulse_id,probabilities} as HDF5 virtual datasets
// over `parts`, one after the other.
Status WriteClassViews(hid_t file, int class_index, std::span<const ClassPart> parts,
                       int rows, int cols, PixelType type);

// "/classes/<class>".
std::string ClassGroup(int class_index);

}  // namespace airy::cxi

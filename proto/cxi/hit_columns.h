#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <vector>

#include "proto/cxi/column.h"
#include "proto/cxi/growing_dataset.h"
#include "proto/cxi/hit_writer.h"

namespace airy::cxi {

// Everything a hit file knows of its hits but the pixels. Private to this folder.
// Thread-compatible.
class HitColumns {
 public:
  // Makes all the datasets: none can be added once a file is in SWMR mode.
  static Result<HitColumns> Create(hid_t file);

  void Add(const Hit& hit);
  // Writes what was added, ids last.
  Status Write();

 private:
  struct Model {
    std::string name;
    std::string version;
    std::string sha256;
  };

  // The row of the model in its table, which it is added to when it is new.
  uint32_t ModelIndex(const HitModel& model);
  Status WriteTags();

  Column<char> model_name_;
  Column<char> model_version_;
  Column<char> model_sha256_;
  Column<float> model_thresholds_;
  Column<uint32_t> model_index_;
  Column<float> probabilities_;
  Column<int64_t> lit_pixels_;
  Column<int64_t> detector_time_;
  Column<int64_t> arrival_time_;
  Column<char> identifier_;
  Column<uint64_t> pulse_id_;
  Column<uint64_t> train_id_;
  GrowingDataset tags_;           // classes x hits, as CXI wants it
  std::vector<uint16_t> labels_;  // of the hits whose tags are still to be written
  std::vector<Model> models_;
};

}  // namespace airy::cxi

#pragma once

#include <hdf5.h>

#include <memory>
#include <string>

#include "proto/cxi/h5_handle.h"

namespace airy::cxi {

// A new HDF5 file that survives a disk that fails. HDF5 cannot close a file whose
// metadata it cannot write: 1.10.8 crashes while it tries. So these files have a driver
// of their own, which at the first write that fails keeps the error, writes nothing more
// and lets HDF5 believe that all went well. What is on the disk is then what a killed
// process would have left. Ask `written` after every step that must have worked.
//
// The file is locked shared (flock) from creation to its end, against ClearWriterMarks
// and others that would change it. Private to this folder. Thread-compatible.
class OutputFile {
 public:
  enum class Format {
    kWidest,  // what every HDF5 reads
    kSwmr,    // of HDF5 1.10, the first with SWMR and virtual datasets
  };

  OutputFile() = default;
  // Replaces a file of that name.
  static Result<OutputFile> Create(const std::string& path, Format format);

  operator hid_t() const { return file_; }
  bool open() const { return file_.valid(); }
  // The first write that failed, without the path: ResourceExhausted when the disk or a
  // quota is full.
  Status written() const;
  // Closes, and returns `written`. All other identifiers of the file must be gone.
  Status Close();

 private:
  H5Id file_;
  std::shared_ptr<const Status> first_failure_;  // shared with the driver
};

}  // namespace airy::cxi

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "preprocess/frame/classes.h"
#include "preprocess/frame/frame.h"
#include "preprocess/frame/result.h"

namespace airy::cxi {

// The views per class of one series of hit files (hit_folder.h): an index file whose
// /classes/<class>/{data,train_id,pulse_id,probabilities} are HDF5 virtual datasets over
// the rows with that label in all the files, so that "all bent hits" is one dataset to
// open. It names the files relative to itself: the folder can be moved.
//
// A file that is finished gets views of its own, written once; the index then needs one
// mapping per class for it, so that renewing the index costs the same all day long.
//
// A view does not copy; it reads the hit files. While one of them is being written, the
// index must be opened with swmr=True like the file itself: HDF5 shows images of a file
// that it may not open as zeros. Thread-compatible.
class HitIndex {
 public:
  struct Options {
    std::string folder;
    std::string series;
    int rows = 0;
    int cols = 0;
    PixelType type = PixelType::kUint16;
  };
  explicit HitIndex(Options options) : options_(std::move(options)) {}

  // Adds every hit file of the series that the folder already holds, as finished. Returns
  // why, for each one that cannot be read and is left out.
  std::vector<Status> AddExistingFiles();
  // Sets the shots of one file: the labels (bit i: class i) of each, in file order.
  void SetShots(const std::string& file_name, std::span<const uint16_t> labels);
  // Writes the views of one file that will not grow any more. Should that fail, the index
  // maps its rows one by one as before.
  Status Finish(const std::string& file_name);

  // Writes the index under a temporary name, then puts it in place of the last one.
  Status Write() const;

 private:
  struct File {
    int64_t shots = 0;
    std::vector<uint16_t> labels;  // of each shot; empty once the file has its views
    bool finished = false;
    std::array<int64_t, kClassCount> class_shots{};  // when finished
  };

  Status AddExistingFile(const std::string& file_name);
  // The shots per class in the views of a file of `shots` shots, if they are there.
  Result<File> ReadViews(const std::string& file_name, int64_t shots) const;
  Status WriteViews(const std::string& name,
                    const std::map<std::string, File>& files) const;

  const Options options_;
  std::map<std::string, File> files_;  // by name, which sorts by number
};

}  // namespace airy::cxi

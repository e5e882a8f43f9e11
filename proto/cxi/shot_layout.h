#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "preprocess/frame/result.h"
#include "proto/cxi/shot_file.h"

namespace airy::cxi {

// Where the numbers of a set of shots lie in its file, in bytes from the beginning. Each
// dataset is one piece, row after row. Private to this folder.
struct ShotLayout {
  off_t pixels = 0;
  off_t tags = 0;  // classes x shots of int8; of labelled sets only, like `note`
  off_t note = 0;  // shots x classes of int32
  std::vector<off_t> truth;   // of double
  off_t photon_energies = 0;  // of double
  off_t shots_written = 0;    // one int64
};

// Makes the file of a set, whole but for the numbers of its shots, and takes all of its
// space on the disk. The same options give the same bytes.
Status CreateShots(const std::string& path, const ShotWriterOptions& options);

// Finds the places in a file that CreateShots made. FailedPrecondition when that was with
// other options, naming the first that differs, or when it is some other file.
Result<ShotLayout> FindShots(const std::string& path, const ShotWriterOptions& options);

}  // namespace airy::cxi

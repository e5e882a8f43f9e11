#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "preprocess/frame/result.h"
#include "proto/cxi/file_lock.h"

namespace airy::cxi {

// A file on its way: `path`.partial until Finish renames it, filled in place, possibly
// over several runs. It is either empty or whole in structure whenever the power goes,
// and nobody else writes it meanwhile. Private to this folder. Thread-compatible.
class PartialFile {
 public:
  PartialFile() = default;
  // Opens what an earlier run left; if there is none, puts what `make` creates under the
  // name it is given in its place. When that fails, nothing is left.
  // Unavailable when another process writes the file.
  static Result<PartialFile> Open(const std::string& path,
                                  const std::function<Status(const std::string&)>& make);

  const std::string& name() const { return partial_; }
  Status Write(off_t place, const void* bytes, size_t size) const;
  // DataLoss beyond the end.
  Status Read(off_t place, void* bytes, size_t size) const;
  // Returns when all that was written is on the disk.
  Status Sync() const;
  // Gives the file its name and lets go of it. DataLoss when somebody took or replaced
  // it.
  Status Finish();
  void Remove() const;

 private:
  Status Make(const std::function<Status(const std::string&)>& make);
  bool StillNamed() const;

  std::string path_;
  std::string partial_;
  FileLock file_;
};

}  // namespace airy::cxi

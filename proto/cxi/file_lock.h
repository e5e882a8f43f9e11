#pragma once

#include <string>
#include <utility>

#include "preprocess/frame/result.h"

namespace airy::cxi {

// An open file with an advisory lock (flock) on it. A hit file's writer holds the shared
// one; who wants to mend the file takes the exclusive one, and so learns whether the
// writer lives. HDF5 itself locks a file only until its SWMR mode starts. Private to this
// folder. Thread-compatible.
class FileLock {
 public:
  enum class Kind { kShared, kExclusive };

  FileLock() = default;
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileLock();

  // Opens for reading and writing and locks without waiting: Unavailable when another
  // process (or another FileLock of this one) holds a lock that forbids it.
  static Result<FileLock> Take(const std::string& path, Kind kind);
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

// "`what`: " and what errno means.
Status SystemError(const std::string& what);

}  // namespace airy::cxi

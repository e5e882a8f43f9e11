#pragma once

#include <string>
#include <utility>

#include "preprocess/frame/result.h"

namespace airy::cxi {

// An open file or folder that nobody else has locked (flock). Who writes a hit file holds
// it locked shared; who wants to mend it locks it exclusively, and so learns whether the
// writer lives. Released when the process ends, however it ends. Thread-compatible.
class FileLock {
 public:
  FileLock() = default;
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileLock();

  // Opens for reading and writing; Unavailable when somebody else has it locked.
  static Result<FileLock> Take(const std::string& path);
  static Result<FileLock> TakeFolder(const std::string& path);
  int fd() const { return fd_; }

 private:
  static Result<FileLock> TakeOpened(int fd, const std::string& path);

  int fd_ = -1;
};

}  // namespace airy::cxi

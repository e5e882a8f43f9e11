#include "proto/cxi/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace airy::cxi {

FileLock::~FileLock() {
  if (fd_ >= 0) close(fd_);
}

Result<FileLock> FileLock::Take(const std::string& path, Kind kind) {
  FileLock lock;
  lock.fd_ = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (lock.fd_ < 0) return SystemError("open " + path);
  const int operation = kind == Kind::kShared ? LOCK_SH : LOCK_EX;
  if (flock(lock.fd_, operation | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Unavailable(path + " is locked by its writer");
    return SystemError("lock " + path);
  }
  return lock;
}

Status SystemError(const std::string& what) {
  return Internal(what + ": " + std::strerror(errno));
}

}  // namespace airy::cxi

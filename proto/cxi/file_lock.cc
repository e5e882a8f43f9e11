#include "proto/cxi/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "proto/cxi/system_error.h"

namespace airy::cxi {

FileLock::~FileLock() {
  if (fd_ >= 0) close(fd_);
}

Result<FileLock> FileLock::Take(const std::string& path) {
  FileLock lock;
  lock.fd_ = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (lock.fd_ < 0) return SystemError("open " + path);
  if (flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Unavailable(path + " is locked by its writer");
    return SystemError("lock " + path);
  }
  return lock;
}

}  // namespace airy::cxi

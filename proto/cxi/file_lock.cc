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
  return TakeOpened(open(path.c_str(), O_RDWR | O_CLOEXEC), path);
}

Result<FileLock> FileLock::TakeFolder(const std::string& path) {
  return TakeOpened(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), path);
}

Result<FileLock> FileLock::TakeOpened(int fd, const std::string& path) {
  FileLock lock;
  lock.fd_ = fd;
  if (fd < 0) return SystemError("open " + path);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Unavailable(path + " is in use");
    return SystemError("lock " + path);
  }
  return lock;
}

}  // namespace airy::cxi

#include "proto/cxi/partial_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "proto/cxi/system_error.h"

namespace airy::cxi {

Result<PartialFile> PartialFile::Open(
    const std::string& path, const std::function<Status(const std::string&)>& make) {
  PartialFile file;
  file.path_ = path;
  file.partial_ = path + ".partial";
  const int fd = open(file.partial_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return SystemError("create " + file.partial_);
  close(fd);
  AIRY_ASSIGN_OR_RETURN(file.file_, FileLock::Take(file.partial_));
  if (!file.StillNamed()) return Unavailable(file.partial_ + " is in use");
  struct stat state {};
  if (fstat(file.file_.fd(), &state) != 0) return SystemError("size of " + file.partial_);
  if (state.st_size == 0) AIRY_TRY(file.Make(make));
  return file;
}

// What is made beside the empty file takes its place when it is whole.
Status PartialFile::Make(const std::function<Status(const std::string&)>& make) {
  const std::string made = partial_ + ".new";
  const Status status = [&] {
    AIRY_TRY(make(made));
    AIRY_ASSIGN_OR_RETURN(FileLock lock, FileLock::Take(made));
    if (fsync(lock.fd()) != 0) return SystemError("write " + made);
    if (std::rename(made.c_str(), partial_.c_str()) != 0) {
      return SystemError("rename " + made);
    }
    file_ = std::move(lock);
    return OkStatus();
  }();
  if (!status.ok()) {
    std::remove(made.c_str());
    Remove();
  }
  return status;
}

bool PartialFile::StillNamed() const {
  struct stat named {};
  struct stat opened {};
  return stat(partial_.c_str(), &named) == 0 && fstat(file_.fd(), &opened) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

Status PartialFile::Write(off_t place, const void* bytes, size_t size) const {
  const auto* from = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t put = pwrite(file_.fd(), from, size, place);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return SystemError("write " + partial_);
    from += put;
    place += put;
    size -= static_cast<size_t>(put);
  }
  return OkStatus();
}

Status PartialFile::Read(off_t place, void* bytes, size_t size) const {
  const ssize_t got = pread(file_.fd(), bytes, size, place);
  if (got < 0) return SystemError("read " + partial_);
  if (static_cast<size_t>(got) != size) return DataLoss(partial_ + " is cut short");
  return OkStatus();
}

Status PartialFile::Sync() const {
  return fdatasync(file_.fd()) == 0 ? OkStatus() : SystemError("write " + partial_);
}

Status PartialFile::Finish() {
  if (!StillNamed()) {
    return DataLoss(partial_ + " was removed or replaced while it was written");
  }
  if (std::rename(partial_.c_str(), path_.c_str()) != 0) {
    return SystemError("rename " + partial_);
  }
  file_ = FileLock();
  return OkStatus();
}

void PartialFile::Remove() const {
  if (StillNamed()) std::remove(partial_.c_str());
}

}  // namespace airy::cxi

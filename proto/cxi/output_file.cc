#include "proto/cxi/output_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "proto/cxi/system_error.h"

namespace airy::cxi {
namespace {

// One open file, as HDF5's virtual file layer knows it.
struct Driver : H5FD_t {
  Driver() : H5FD_t{} {}

  int fd = -1;
  haddr_t end_of_allocation = 0;
  haddr_t end_of_file = 0;  // as HDF5 believes
  std::shared_ptr<Status> first_failure = std::make_shared<Status>();

  bool failed() const { return !first_failure->ok(); }
  void Fail(int error) {
    if (!failed()) *first_failure = SystemError("write", error);
  }
};

H5FD_t* Open(const char* path, unsigned /*flags*/, hid_t /*access*/, haddr_t /*max*/) {
  const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return nullptr;
  if (flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    close(fd);
    return nullptr;
  }
  auto driver = std::make_unique<Driver>();
  driver->fd = fd;
  return driver.release();
}

herr_t Close(H5FD_t* file) {
  const std::unique_ptr<Driver> driver(static_cast<Driver*>(file));
  if (close(driver->fd) != 0) driver->Fail(errno);
  return 0;
}

int Compare(const H5FD_t* a, const H5FD_t* b) { return (a > b) - (a < b); }

herr_t Query(const H5FD_t* /*file*/, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
           H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA |
           H5FD_FEAT_SUPPORTS_SWMR_IO | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

haddr_t GetEndOfAllocation(const H5FD_t* file, H5FD_mem_t /*type*/) {
  return static_cast<const Driver*>(file)->end_of_allocation;
}

herr_t SetEndOfAllocation(H5FD_t* file, H5FD_mem_t /*type*/, haddr_t address) {
  static_cast<Driver*>(file)->end_of_allocation = address;
  return 0;
}

haddr_t GetEndOfFile(const H5FD_t* file, H5FD_mem_t /*type*/) {
  return static_cast<const Driver*>(file)->end_of_file;
}

herr_t GetHandle(H5FD_t* file, hid_t /*access*/, void** handle) {
  *handle = static_cast<Driver*>(file);
  return 0;
}

herr_t Read(H5FD_t* file, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t address,
            size_t size, void* buffer) {
  const auto* driver = static_cast<const Driver*>(file);
  auto* to = static_cast<char*>(buffer);
  while (size > 0) {
    const ssize_t got = pread(driver->fd, to, size, static_cast<off_t>(address));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) {  // beyond the end
      std::fill_n(to, size, '\0');
      break;
    }
    to += got;
    address += static_cast<haddr_t>(got);
    size -= static_cast<size_t>(got);
  }
  return 0;
}

herr_t Write(H5FD_t* file, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t address,
             size_t size, const void* buffer) {
  auto* driver = static_cast<Driver*>(file);
  driver->end_of_file = std::max(driver->end_of_file, address + size);
  const auto* from = static_cast<const char*>(buffer);
  while (size > 0 && !driver->failed()) {
    const ssize_t put = pwrite(driver->fd, from, size, static_cast<off_t>(address));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      driver->Fail(errno);
      break;
    }
    from += put;
    address += static_cast<haddr_t>(put);
    size -= static_cast<size_t>(put);
  }
  return 0;
}

herr_t Truncate(H5FD_t* file, hid_t /*transfer*/, hbool_t /*closing*/) {
  auto* driver = static_cast<Driver*>(file);
  if (driver->end_of_file == driver->end_of_allocation) return 0;
  driver->end_of_file = driver->end_of_allocation;
  if (!driver->failed() &&
      ftruncate(driver->fd, static_cast<off_t>(driver->end_of_file)) != 0) {
    driver->Fail(errno);
  }
  return 0;
}

// Open has locked the file already, but HDF5 marks a file as being written only when its
// driver has these.
herr_t Lock(H5FD_t* /*file*/, hbool_t /*exclusive*/) { return 0; }
herr_t Unlock(H5FD_t* /*file*/) { return 0; }

hid_t DriverId() {
  static const hid_t id = [] {
    H5FD_class_t driver{};
    driver.name = "airy";
    driver.maxaddr = std::numeric_limits<int64_t>::max();
    driver.fc_degree = H5F_CLOSE_WEAK;
    driver.open = Open;
    driver.close = Close;
    driver.cmp = Compare;
    driver.query = Query;
    driver.get_eoa = GetEndOfAllocation;
    driver.set_eoa = SetEndOfAllocation;
    driver.get_eof = GetEndOfFile;
    driver.get_handle = GetHandle;
    driver.read = Read;
    driver.write = Write;
    driver.truncate = Truncate;
    driver.lock = Lock;
    driver.unlock = Unlock;
    constexpr H5FD_mem_t kFreeLists[] = H5FD_FLMAP_DICHOTOMY;
    std::copy(std::begin(kFreeLists), std::end(kFreeLists), driver.fl_map);
    return H5FDregister(&driver);
  }();
  return id;
}

}  // namespace

Result<OutputFile> OutputFile::Create(const std::string& path, Format format) {
  const std::string what = "create " + path;
  AIRY_ASSIGN_OR_RETURN(const H5Id access, H5Own(H5Pcreate(H5P_FILE_ACCESS), what));
  if (format == Format::kSwmr) {
    AIRY_TRY(
        H5Check(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110), what));
  }
  // Rows are written once, from where they lie: nothing of them needs to be cached.
  AIRY_TRY(H5Check(H5Pset_cache(access, 0, 0, 0, 0), what));
  AIRY_TRY(H5Check(H5Pset_driver(access, DriverId(), nullptr), what));
  OutputFile file;
  errno = 0;
  Result<H5Id> created =
      H5Own(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access), what);
  if (!created.ok()) return errno == 0 ? created.status() : SystemError(what);
  file.file_ = std::move(created).value();
  void* driver = nullptr;
  AIRY_TRY(H5Check(H5Fget_vfd_handle(file.file_, H5P_DEFAULT, &driver), what));
  file.first_failure_ = static_cast<const Driver*>(driver)->first_failure;
  return file;
}

Status OutputFile::written() const { return *first_failure_; }

Status OutputFile::Close() {
  const Status closed = file_.Close("close");
  return written().ok() ? closed : written();
}

}  // namespace airy::cxi

// Debian's civetweb asks for threads with stacks of 100 KiB. glibc takes a process's
// static thread-local storage out of each thread's stack, and LibTorch brings 106 KiB of
// it (OpenBLAS 60, glog 30, itself 10), so that pthread_create fails with EINVAL and no
// page is ever served. civetweb has no setting for it: this definition comes before
// glibc's for every shared library of the program and asks for a stack that has room.

#include <dlfcn.h>
#include <pthread.h>

#include <algorithm>
#include <cstddef>

extern "C" int pthread_attr_setstacksize(pthread_attr_t* attributes,
                                         size_t bytes) noexcept {
  constexpr size_t kLeastBytes = size_t{1} << 20;
  using SetStackSize = int (*)(pthread_attr_t*, size_t);
  static const auto next =
      reinterpret_cast<SetStackSize>(dlsym(RTLD_NEXT, "pthread_attr_setstacksize"));
  return next(attributes, std::max(bytes, kLeastBytes));
}

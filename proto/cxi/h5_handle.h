#pragma once

#include <hdf5.h>

#include <string_view>
#include <utility>

#include "preprocess/frame/result.h"

namespace airy::cxi {

// Owns one HDF5 identifier of any kind. Private to this folder. Thread-compatible.
class H5Id {
 public:
  H5Id() = default;
  explicit H5Id(hid_t id) : id_(id) {}
  H5Id(H5Id&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  H5Id& operator=(H5Id&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~H5Id() {
    if (valid()) H5Idec_ref(id_);
  }

  bool valid() const { return id_ >= 0; }
  operator hid_t() const { return id_; }
  // Closes now and tells whether that worked.
  Status Close(std::string_view what);

 private:
  hid_t id_ = H5I_INVALID_HID;
};

// Stops HDF5 from printing its errors on the calling thread, for good; every public
// function of this folder begins with it, because HDF5 keeps this setting per thread.
void SilenceHdf5();

// Turns HDF5's error stack of the calling thread into a Status: "`what`: innermost
// cause". DataLoss when the file is truncated, Internal otherwise.
Status H5Error(std::string_view what);

// H5Error when an HDF5 call returned a negative value.
Status H5Check(herr_t returned, std::string_view what);
// Owns the identifier an HDF5 call returned, or gives its error.
Result<H5Id> H5Own(hid_t returned, std::string_view what);

}  // namespace airy::cxi

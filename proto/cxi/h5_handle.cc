#include "proto/cxi/h5_handle.h"

#include <string>

namespace airy::cxi {
namespace {

struct Cause {
  std::string description;
  StatusCode code = StatusCode::kInternal;
};

herr_t Visit(unsigned depth, const H5E_error2_t* error, void* context) {
  auto* cause = static_cast<Cause*>(context);
  if (depth == 0 && error->desc != nullptr) cause->description = error->desc;
  if (error->min_num == H5E_TRUNCATED) cause->code = StatusCode::kDataLoss;
  return 0;
}

}  // namespace

Status H5Id::Close(std::string_view what) {
  const hid_t id = std::exchange(id_, H5I_INVALID_HID);
  return id < 0 ? OkStatus() : H5Check(H5Idec_ref(id), what);
}

void SilenceHdf5() {
  static thread_local const herr_t silenced = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  static_cast<void>(silenced);
}

Status H5Error(std::string_view what) {
  Cause cause;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, Visit, &cause);
  std::string message(what);
  if (!cause.description.empty()) message += ": " + cause.description;
  return Status(cause.code, std::move(message));
}

Status H5Check(herr_t returned, std::string_view what) {
  return returned < 0 ? H5Error(what) : OkStatus();
}

Result<H5Id> H5Own(hid_t returned, std::string_view what) {
  if (returned < 0) return H5Error(what);
  return H5Id(returned);
}

}  // namespace airy::cxi

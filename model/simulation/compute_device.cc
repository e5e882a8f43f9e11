#include "model/simulation/compute_device.h"

#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <charconv>
#include <string_view>

namespace airy::simulation {

// LibTorch registers what a device needs when its CUDA library is there, and nothing
// otherwise: asking the registry works in both builds.
Result<c10::Device> ComputeDevice(const std::string& name) {
  if (name == "cpu") return c10::Device(c10::DeviceType::CPU);
  int count = 0;
  if (c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA)) {
    count = c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA)->deviceCount();
  }
  constexpr std::string_view kCuda = "cuda:";
  int index = -1;
  const char* end = name.data() + name.size();
  if (name.starts_with(kCuda) &&
      std::from_chars(name.data() + kCuda.size(), end, index).ptr == end && index >= 0 &&
      index < count) {
    return c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index));
  }
  return InvalidArgument("device must be \"cpu\" or \"cuda:N\", one of the " +
                         std::to_string(count) + " GPUs that LibTorch sees here; was \"" +
                         name + "\"");
}

}  // namespace airy::simulation

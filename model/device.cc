#include "model/device.h"

#include <charconv>
#include <new>
#include <string_view>

#include "model/torch_engine.h"

namespace airy::model {
namespace {

// For the whole process. Batches have few shapes, so that the search for the fastest
// convolutions pays; and float32 means it: rounded to TF32, counts keep three digits.
void PrepareCudnn() {
  at::globalContext().setBenchmarkCuDNN(true);
  at::globalContext().setAllowTF32CuDNN(false);
}

}  // namespace

Result<torch::Device> FindDevice(const std::string& name, int automatic) {
  const int gpus =
      torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
  if (name == "cpu" || (name == "auto" && gpus == 0)) return torch::Device(torch::kCPU);
  constexpr std::string_view kCuda = "cuda:";
  int index = name == "auto" ? automatic : -1;
  const char* end = name.data() + name.size();
  const bool is_named =
      name == "auto" ||
      (name.rfind(kCuda, 0) == 0 &&
       std::from_chars(name.data() + kCuda.size(), end, index).ptr == end);
  if (name == "auto" && index >= gpus) {
    return InvalidArgument("each process needs a GPU of its own: this is number " +
                           std::to_string(index) + " of its machine, which has " +
                           std::to_string(gpus));
  }
  if (!is_named || index < 0 || index >= gpus) {
    return InvalidArgument("device must be 'auto', 'cpu' or 'cuda:N' with N below " +
                           std::to_string(gpus) + " here; was '" + name + "'");
  }
  PrepareCudnn();
  return torch::Device(torch::kCUDA, static_cast<c10::DeviceIndex>(index));
}

Result<std::string> NameOfDevice(const std::string& device) {
  AIRY_ASSIGN_OR_RETURN(const torch::Device found, FindDevice(device));
  return found.str();
}

bool RunsBf16(const torch::Device& device) {
  if (!device.is_cpu()) return true;
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq");
#else
  return false;
#endif
}

bool IsOutOfMemory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
      dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) {
    return true;
  }
  // LibTorch's allocators also throw plain errors; these are their words.
  const std::string_view text = error.what();
  for (const std::string_view words :
       {"out of memory", "can't allocate memory", "not enough memory"}) {
    if (text.find(words) != std::string_view::npos) return true;
  }
  return false;
}

std::string FirstLine(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

}  // namespace airy::model

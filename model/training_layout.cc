#include "model/training_layout.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "model/device.h"
#include "model/nets/registry.h"

namespace airy::model {
namespace {

double SecondsPerPass(const TrainerOptions& options, const TrainingBatch& batch,
                      const ComputeLayout& layout) {
  constexpr int kRepeats = 3;
  const torch::Device device = batch.images.device();
  const std::shared_ptr<Network> scratch =
      CreateNetwork(options.architecture, static_cast<int>(batch.labels.size(1))).value();
  scratch->to(device);
  scratch->set_layout(layout);
  double best = std::numeric_limits<double>::infinity();
  try {
    for (int i = 0; i < kRepeats; ++i) {
      const auto start = std::chrono::steady_clock::now();
      const torch::Tensor loss = torch::binary_cross_entropy_with_logits(
          scratch->forward(batch.images), batch.labels);
      loss.backward();
      loss.item<float>();  // waits for a GPU
      if (device.is_cuda()) torch::cuda::synchronize(device.index());
      const std::chrono::duration<double> taken =
          std::chrono::steady_clock::now() - start;
      best = std::min(best, taken.count());
    }
  } catch (const c10::Error& error) {  // a type this processor has no kernels for
    if (IsOutOfMemory(error)) throw;
  }
  return best;
}

}  // namespace

ComputeLayout TrainingLayout(const std::string& dtype, torch::Device device) {
  if (dtype == kBf16) return {torch::kBFloat16, torch::MemoryFormat::ChannelsLast};
  return {torch::kFloat32, device.is_cuda() ? torch::MemoryFormat::ChannelsLast
                                            : torch::MemoryFormat::Contiguous};
}

std::string ChooseTrainingDtype(const TrainerOptions& options,
                                const TrainingBatch& batch) {
  if (options.dtype != Dtype::kAuto) {
    return options.dtype == Dtype::kBf16 ? kBf16 : kFp32;
  }
  const torch::Device device = batch.images.device();
  if (!RunsBf16(device)) return kFp32;
  return SecondsPerPass(options, batch, TrainingLayout(kBf16, device)) <
                 SecondsPerPass(options, batch, TrainingLayout(kFp32, device))
             ? kBf16
             : kFp32;
}

}  // namespace airy::model

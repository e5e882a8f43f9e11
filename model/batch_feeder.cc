#include "model/batch_feeder.h"

#include <ATen/Parallel.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "model/batch_chunks.h"
#include "model/cuda_graphs.h"
#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

c10::Stream NewStream(torch::Device device) {
  return c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
}

size_t BytesOf(const BatchFeederOptions& options) {
  size_t bytes = torch::elementSize(options.type);
  for (const int64_t edge : options.item_shape) bytes *= static_cast<size_t>(edge);
  return bytes;
}

}  // namespace

BatchFeeder::BatchFeeder(BatchFeederOptions options, Compute compute)
    : options_(std::move(options)),
      compute_(std::move(compute)),
      item_bytes_(BytesOf(options_)) {
  const bool on_gpu = options_.device.is_cuda();
  const bool in_sizes = !options_.sizes.empty();
  const auto on_device = torch::TensorOptions(options_.type).device(options_.device);
  std::vector<int64_t> shape = {in_sizes ? options_.sizes.back() : options_.max_batch};
  shape.insert(shape.end(), options_.item_shape.begin(), options_.item_shape.end());
  for (int i = 0; i < (in_sizes ? 2 : 1); ++i) {
    Slot& slot = slots_.emplace_back();
    slot.staging =
        torch::zeros(shape, torch::TensorOptions(options_.type).pinned_memory(on_gpu));
    slot.landing = on_gpu ? torch::zeros(shape, on_device) : slot.staging;
    if (on_gpu) {
      slot.queue.emplace(UploadQueue{NewStream(options_.device),
                                     c10::Event(options_.device.type()),
                                     c10::Event(options_.device.type())});
    }
  }
  input_ = on_gpu || in_sizes ? torch::zeros(shape, on_device) : slots_.front().staging;
  answers_ = torch::zeros({options_.max_batch, options_.outputs},
                          torch::TensorOptions().pinned_memory(on_gpu));
  if (on_gpu) {
    torch::cuda::synchronize(options_.device.index());  // the zeros are written
    stream_ = NewStream(options_.device);
  }
}

// The slot's last upload must have left its staging memory.
void BatchFeeder::Gather(std::span<const void* const> items, Slot* slot) {
  if (slot->queue) slot->queue->stream.synchronize();
  auto* const staging = static_cast<char*>(slot->staging.data_ptr());
  constexpr size_t kBytesPerTask = size_t{1} << 20;
  const auto grain =
      static_cast<int64_t>(std::max<size_t>(1, kBytesPerTask / item_bytes_));
  at::parallel_for(0, std::ssize(items), grain, [&](int64_t begin, int64_t end) {
    for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end); ++i) {
      std::memcpy(staging + i * item_bytes_, items[i], item_bytes_);
    }
  });
}

// The staged items as a batch on the device; what fills it up are items of before.
torch::Tensor BatchFeeder::Upload(int64_t count, int64_t batch, Slot* slot) {
  const torch::Tensor landed = slot->landing.narrow(0, 0, count);
  if (slot->queue) {
    UploadQueue& queue = *slot->queue;
    queue.taken.block(queue.stream);
    const c10::StreamGuard guard(queue.stream);
    landed.copy_(slot->staging.narrow(0, 0, count), /*non_blocking=*/true);
    queue.arrived.record(queue.stream);
    queue.arrived.block(*stream_);
  }
  const torch::Tensor input = input_.narrow(0, 0, batch);
  if (!input_.is_same(slot->landing)) input.narrow(0, 0, count).copy_(landed);
  return input;
}

torch::Tensor BatchFeeder::Answer(const torch::Tensor& batch) {
  const auto recorded = recorded_.find(batch.size(0));
  return recorded == recorded_.end() ? compute_(batch) : recorded->second();
}

void BatchFeeder::Run(std::span<const void* const> items, float* answers) {
  AIRY_CHECK(!items.empty() && std::ssize(items) <= options_.max_batch);
  const torch::InferenceMode inference;
  torch::get_num_threads();  // applies the process's number to OpenMP on this thread
  c10::OptionalStreamGuard guard;
  if (stream_) guard.reset_stream(*stream_);
  const auto count = static_cast<int>(items.size());
  size_t turn = 0;
  for (const Chunk& chunk : SplitIntoChunks(
           count, options_.sizes.empty() ? std::vector<int>{count} : options_.sizes)) {
    Slot& slot = slots_[turn++ % slots_.size()];
    Gather(
        items.subspan(static_cast<size_t>(chunk.first), static_cast<size_t>(chunk.count)),
        &slot);
    const torch::Tensor batch = Upload(chunk.count, chunk.batch, &slot);
    if (slot.queue) slot.queue->taken.record(*stream_);
    answers_.narrow(0, chunk.first, chunk.count)
        .copy_(Answer(batch).narrow(0, 0, chunk.count), /*non_blocking=*/true);
  }
  if (stream_) stream_->synchronize();
  std::memcpy(answers, answers_.data_ptr<float>(),
              items.size() * static_cast<size_t>(options_.outputs) * sizeof(float));
}

void BatchFeeder::Record() {
  Forget();
#ifdef AIRY_CUDA
  if (!stream_) return;
  const torch::InferenceMode inference;
  const c10::StreamGuard guard(*stream_);
  std::vector<torch::Tensor> inputs;  // the largest first
  for (auto size = options_.sizes.rbegin(); size != options_.sizes.rend(); ++size) {
    inputs.push_back(input_.narrow(0, 0, *size));
  }
  const auto graphs = RecordCudaGraphs(compute_, inputs);
  for (size_t i = 0; i < graphs.size(); ++i) recorded_[inputs[i].size(0)] = graphs[i];
#endif
}

}  // namespace airy::model

#pragma once

#include <c10/core/Event.h>
#include <c10/core/Stream.h>
#include <torch/torch.h>

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace airy::model {

struct BatchFeederOptions {
  torch::Device device = torch::kCPU;
  std::vector<int64_t> item_shape;
  torch::ScalarType type = torch::kFloat32;
  int max_batch = 1;
  int64_t outputs = 1;  // answers per item
  // The batch sizes to compute on, ascending; empty: as many items as come.
  std::vector<int> sizes;
};

// Gathers items of one shape from the caller's memory into batches on a device, has
// something computed of each, and brings the answers back. With `sizes` a long batch is
// cut into chunks, each filled up to a size, and two staging buffers alternate: while one
// chunk is computed, the next is gathered and uploaded. On a GPU the buffers are pinned,
// uploads and computations have streams of their own, and what Record has recorded is
// replayed. Owned by one thread.
class BatchFeeder {
 public:
  // From [n, item_shape] on the device to [n, outputs] float32 there. On a GPU it runs on
  // the current stream, and must not wait for it.
  using Compute = std::function<torch::Tensor(const torch::Tensor&)>;

  BatchFeeder(BatchFeederOptions options, Compute compute);

  // Forgets what is recorded: to be called where `compute` will do something else.
  void Forget() { recorded_.clear(); }
  // On a GPU, records a CUDA graph of `compute` for every size. Elsewhere nothing.
  void Record();

  // items[i]: the bytes of an item. answers: [items.size(), outputs]. 1..max_batch items.
  // Throws what LibTorch throws.
  void Run(std::span<const void* const> items, float* answers);

 private:
  // A GPU's queue of uploads and what it tells the queue of computations and is told.
  struct UploadQueue {
    c10::Stream stream;
    c10::Event arrived;  // what was staged is on the device
    c10::Event taken;    // the place there is free again
  };
  struct Slot {
    torch::Tensor staging;  // pinned, where there is a GPU
    torch::Tensor landing;  // on the device; on the CPU the same memory
    std::optional<UploadQueue> queue;
  };

  void Gather(std::span<const void* const> items, Slot* slot);
  torch::Tensor Upload(int64_t count, int64_t batch, Slot* slot);
  torch::Tensor Answer(const torch::Tensor& batch);

  const BatchFeederOptions options_;
  const Compute compute_;
  const size_t item_bytes_;
  std::optional<c10::Stream> stream_;  // a GPU's queue of computations
  std::vector<Slot> slots_;
  torch::Tensor input_;    // what is computed on lies at one place, as graphs want
  torch::Tensor answers_;  // [max_batch, outputs] on the CPU
  std::map<int64_t, std::function<torch::Tensor()>> recorded_;  // by batch size
};

}  // namespace airy::model

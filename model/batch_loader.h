#pragma once

#include <torch/torch.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "model/dataset.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// `order` cut into runs of `batch` images, of which the last may have fewer.
std::vector<std::vector<int64_t>> InBatches(std::span<const int64_t> order,
                                            int64_t batch);

// Images of a dataset as they are.
struct LoadedBatch {
  std::vector<int64_t> indices;
  torch::Tensor images;  // [n, 1, kInputSize, kInputSize] float32 counts, on the CPU
  torch::Tensor labels;  // [n, kClassCount] float32, 0 or 1
};

// Loads batches on a thread of its own while those before are trained on. It holds up to
// kAhead batches, waits when they are not taken, and ends when it is destroyed, after at
// most one more image. Owned by one thread.
class BatchLoader {
 public:
  static constexpr size_t kAhead = 2;

  // `batches`: the indices of each. `dataset` outlives the loader. `pinned`: in memory
  // from which a GPU copies by itself.
  BatchLoader(const Dataset& dataset, std::vector<std::vector<int64_t>> batches,
              bool pinned);

  // Whether all batches were taken.
  bool is_done() const { return taken_ == batches_.size(); }
  // The next batch; waits for it. Not after the last one. As Dataset::Read for an image
  // of this batch; throws what LibTorch threw for it when memory ran out.
  Result<LoadedBatch> Next();
  // How long all calls of Next waited.
  double seconds_waited() const { return seconds_waited_; }

 private:
  Result<LoadedBatch> Load(const std::stop_token& stop,
                           const std::vector<int64_t>& indices) const;
  void Run(const std::stop_token& stop);

  const Dataset& dataset_;
  const std::vector<std::vector<int64_t>> batches_;
  const bool pinned_;
  size_t taken_ = 0;
  double seconds_waited_ = 0;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::future<Result<LoadedBatch>>> loaded_;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace airy::model

#include "model/batch_loader.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

constexpr size_t kPixelsPerImage = size_t{kInputSize} * kInputSize;

}  // namespace

std::vector<std::vector<int64_t>> InBatches(std::span<const int64_t> order,
                                            int64_t batch) {
  std::vector<std::vector<int64_t>> batches;
  while (!order.empty()) {
    const size_t count = std::min(order.size(), static_cast<size_t>(batch));
    batches.emplace_back(order.begin(), order.begin() + static_cast<int64_t>(count));
    order = order.subspan(count);
  }
  return batches;
}

BatchLoader::BatchLoader(const Dataset& dataset,
                         std::vector<std::vector<int64_t>> batches, bool pinned)
    : dataset_(dataset),
      batches_(std::move(batches)),
      pinned_(pinned),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

Result<LoadedBatch> BatchLoader::Load(const std::stop_token& stop,
                                      const std::vector<int64_t>& indices) const {
  const auto n = std::ssize(indices);
  const auto options = torch::TensorOptions().pinned_memory(pinned_);
  LoadedBatch loaded{indices, torch::empty({n, 1, kInputSize, kInputSize}, options),
                     torch::empty({n, kClassCount}, options)};
  float* image = loaded.images.data_ptr<float>();
  float* label = loaded.labels.data_ptr<float>();
  for (const int64_t index : indices) {
    if (stop.stop_requested()) return Status(StatusCode::kCancelled, "not wanted");
    AIRY_TRY(dataset_.Read(index, {image, kPixelsPerImage}));
    image += kPixelsPerImage;
    const Labels& truth = dataset_.labels()[static_cast<size_t>(index)];
    label = std::copy(truth.begin(), truth.end(), label);
  }
  return loaded;
}

// A task keeps what Load returns or throws, for Next.
void BatchLoader::Run(const std::stop_token& stop) {
  for (const std::vector<int64_t>& indices : batches_) {
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return loaded_.size() < kAhead; })) return;
    }
    std::packaged_task<Result<LoadedBatch>()> load([&] { return Load(stop, indices); });
    load();
    const std::lock_guard lock(mutex_);
    loaded_.push_back(load.get_future());
    changed_.notify_all();
  }
}

Result<LoadedBatch> BatchLoader::Next() {
  AIRY_CHECK(!is_done());
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !loaded_.empty(); });
  auto next = std::move(loaded_.front());
  loaded_.pop_front();
  lock.unlock();
  changed_.notify_all();
  ++taken_;
  seconds_waited_ +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return next.get();
}

}  // namespace airy::model

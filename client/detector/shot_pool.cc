#include "client/detector/shot_pool.h"

#include <new>
#include <utility>

#include "client/detector/progress_bar.h"

namespace airy::detector {

Result<std::shared_ptr<const ShotPool>> ShotPool::Load(const std::string& path,
                                                       const std::string& dataset_path) {
  AIRY_ASSIGN_OR_RETURN(const auto reader, cxi::ShotReader::Open(path, dataset_path));
  std::shared_ptr<ShotPool> pool(new ShotPool);
  pool->info_ = reader->info();
  if (pool->shots() == 0) return InvalidArgument(path + ": has no shots");
  pool->shot_bytes_ = static_cast<size_t>(pool->rows()) *
                      static_cast<size_t>(pool->cols()) * PixelSize(pool->type());
  const size_t bytes = static_cast<size_t>(pool->shots()) * pool->shot_bytes_;
  pool->pixels_.reset(new (std::nothrow) std::byte[bytes]);
  if (pool->pixels_ == nullptr) {
    return ResourceExhausted(path + ": its " + std::to_string(bytes) +
                             " bytes of pixels do not fit in memory");
  }
  ProgressBar progress("loading the pool", pool->shots());
  for (int64_t shot = 0; shot < pool->shots(); ++shot) {
    AIRY_TRY(reader->ReadPixels(
        shot, pool->pixels_.get() + static_cast<size_t>(shot) * pool->shot_bytes_));
    progress.Advance();
  }
  if (pool->info_.labelled) {
    AIRY_ASSIGN_OR_RETURN(pool->labels_, reader->ReadLabels());
  }
  return std::shared_ptr<const ShotPool>(std::move(pool));
}

}  // namespace airy::detector

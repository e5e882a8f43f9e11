#include "client/detector/shot_pool.h"

#include <new>
#include <utility>

#include "client/detector/progress_bar.h"

namespace airy::detector {

Result<std::shared_ptr<ShotPool>> ShotPool::Open(std::span<const std::string> names,
                                                 size_t max_bytes_in_memory) {
  std::shared_ptr<ShotPool> pool(new ShotPool);
  AIRY_ASSIGN_OR_RETURN(pool->reader_, images::ImageReader::Open(names));
  pool->info_ = pool->reader_->info();
  pool->shot_bytes_ = static_cast<size_t>(pool->rows()) *
                      static_cast<size_t>(pool->cols()) * PixelSize(pool->type());
  if (pool->info_.labelled) {
    AIRY_ASSIGN_OR_RETURN(pool->labels_, pool->reader_->ReadLabels());
  }
  const auto shots = static_cast<size_t>(pool->shots());
  if (shots <= max_bytes_in_memory / pool->shot_bytes_) {
    AIRY_TRY(pool->LoadAll(names.front()));
  }
  return pool;
}

Status ShotPool::LoadAll(const std::string& name) {
  const size_t bytes = static_cast<size_t>(shots()) * shot_bytes_;
  pixels_.reset(new (std::nothrow) std::byte[bytes]);
  if (pixels_ == nullptr) {
    return ResourceExhausted(name + ": its " + std::to_string(bytes) +
                             " bytes of pixels do not fit in memory");
  }
  ProgressBar progress("loading the pool", shots());
  for (int64_t shot = 0; shot < shots(); ++shot) {
    AIRY_TRY(
        reader_->Read(shot, pixels_.get() + static_cast<size_t>(shot) * shot_bytes_));
    progress.Advance();
  }
  reader_ = nullptr;
  return OkStatus();
}

Result<OwnedBytes> ShotPool::Pixels(int64_t shot) {
  if (reader_ == nullptr) {
    const std::byte* pixels = pixels_.get() + static_cast<size_t>(shot) * shot_bytes_;
    return OwnedBytes{shared_from_this(), {pixels, shot_bytes_}};
  }
  const auto pixels = std::make_shared<std::vector<std::byte>>(shot_bytes_);
  AIRY_TRY(reader_->Read(shot, pixels->data()));
  return OwnedBytes{pixels, *pixels};
}

}  // namespace airy::detector

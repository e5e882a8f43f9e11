#include "client/detector/shot_order.h"

#include <algorithm>
#include <cmath>

#include "preprocess/frame/check.h"

namespace airy::detector {
namespace {

constexpr int64_t kBlock = 10;

}  // namespace

MixedOrder::MixedOrder(std::vector<int64_t> hits, std::vector<int64_t> misses,
                       double hit_rate, uint64_t seed)
    : hit_rate_(hit_rate),
      random_(seed),
      hits_(std::move(hits)),
      misses_(std::move(misses)) {}

int64_t MixedOrder::Deck::Deal(std::mt19937_64& random) {
  AIRY_CHECK(!cards_.empty());
  if (next_ == 0) std::shuffle(cards_.begin(), cards_.end(), random);
  const int64_t card = cards_[next_];
  next_ = (next_ + 1) % cards_.size();
  return card;
}

void MixedOrder::FillBlock() {
  const auto hits_until = [&](int64_t blocks) {
    return std::llround(hit_rate_ * static_cast<double>(blocks * kBlock));
  };
  const int64_t due = hits_until(blocks_ + 1) - hits_until(blocks_);
  ++blocks_;
  block_.assign(static_cast<size_t>(kBlock), false);
  std::fill_n(block_.begin(), due, true);
  std::shuffle(block_.begin(), block_.end(), random_);
  position_ = 0;
}

int64_t MixedOrder::Next() {
  if (position_ == block_.size()) FillBlock();
  return (block_[position_++] ? hits_ : misses_).Deal(random_);
}

}  // namespace airy::detector

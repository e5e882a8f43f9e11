#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace airy::detector {

// Which shot of a pool comes next. Owned by one thread.
class ShotOrder {
 public:
  virtual ~ShotOrder() = default;
  virtual int64_t Next() = 0;
};

// The shots one after the other, from the first again after the last.
class SequentialOrder : public ShotOrder {
 public:
  explicit SequentialOrder(int64_t shots) : shots_(shots) {}
  int64_t Next() override { return next_++ % shots_; }

 private:
  const int64_t shots_;
  int64_t next_ = 0;
};

// Hits and misses mixed at a given rate: after every ten shots the number of hits is
// within one of the exact share, and exact whenever that is a whole number; where they
// lie among the ten is random, by the seed. Hits and misses are each dealt from a
// shuffled deck that is shuffled anew when it runs out.
class MixedOrder : public ShotOrder {
 public:
  // Indices of the pool's hits and misses; hit_rate in [0, 1]. A kind that the rate asks
  // for must not be empty.
  MixedOrder(std::vector<int64_t> hits, std::vector<int64_t> misses, double hit_rate,
             uint64_t seed);
  int64_t Next() override;

 private:
  class Deck {
   public:
    explicit Deck(std::vector<int64_t> cards) : cards_(std::move(cards)) {}
    int64_t Deal(std::mt19937_64& random);

   private:
    std::vector<int64_t> cards_;
    size_t next_ = 0;
  };
  void FillBlock();

  const double hit_rate_;
  std::mt19937_64 random_;
  Deck hits_;
  Deck misses_;
  int64_t blocks_ = 0;
  std::vector<bool> block_;  // of the current ten: true where a hit is due
  size_t position_ = 0;
};

}  // namespace airy::detector

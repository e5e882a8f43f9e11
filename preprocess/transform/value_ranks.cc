#include "preprocess/transform/value_ranks.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "preprocess/frame/check.h"

namespace airy::transform {
namespace {

constexpr size_t kCapacity = size_t{1} << 17;
constexpr uint32_t kSign = 0x80000000U;
constexpr int kBucketBits = 12;
constexpr size_t kBuckets = 1U << kBucketBits;
constexpr int kWidestShift = 32 - kBucketBits;  // eight buckets per power of two
constexpr size_t kPositive = kBuckets / 2;  // the first bucket from 0 upwards, at widest
constexpr uint32_t kSmallest =
    kSign + (1U << kWidestShift);  // of 2e-39, above bucket kPositive
constexpr size_t kPartials = 4;

// Numbers that sort like the values; those of x and -x are each other's complement.
AIRY_SIMD_KERNEL uint32_t KeyOf(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  return bits ^ (static_cast<uint32_t>(static_cast<int32_t>(bits) >> 31) | kSign);
}

float ValueOf(uint32_t key) {
  return std::bit_cast<float>((key & kSign) != 0 ? key ^ kSign : ~key);
}

struct KeyRange {
  uint32_t lowest = ~0U;
  uint32_t highest = 0;
};

struct FindKeyRange {
  AIRY_SIMD_KERNEL KeyRange Run(const float* values, size_t count) {
    KeyRange range;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t key = KeyOf(values[i]);
      range.lowest = key < range.lowest ? key : range.lowest;
      range.highest = key > range.highest ? key : range.highest;
    }
    return range;
  }
};

struct FindBuckets {
  AIRY_SIMD_KERNEL void Run(const float* values, size_t count, uint32_t first_key,
                            int shift, uint16_t* __restrict bucket_of) {
    for (size_t i = 0; i < count; ++i) {
      bucket_of[i] = static_cast<uint16_t>((KeyOf(values[i]) - first_key) >> shift);
    }
  }
};

struct FindMatches {
  AIRY_SIMD_KERNEL void Run(const uint16_t* bucket_of, size_t count, uint16_t a,
                            uint16_t b, uint8_t* __restrict matches) {
    for (size_t i = 0; i < count; ++i) {
      matches[i] = (bucket_of[i] == a) | (bucket_of[i] == b) ? 1 : 0;
    }
  }
};

struct SumPartials {
  AIRY_SIMD_KERNEL void Run(const uint16_t* partial, uint32_t* __restrict histogram) {
    for (size_t i = 0; i < kBuckets; ++i) {
      histogram[i] = uint32_t{partial[i]} + partial[kBuckets + i] +
                     partial[2 * kBuckets + i] + partial[3 * kBuckets + i];
    }
  }
};

}  // namespace

ValueRanks::ValueRanks(SimdLevel simd, size_t capacity)
    : simd_(simd),
      bucket_of_(capacity),
      histogram_(kBuckets),
      partial_(kPartials * kBuckets),
      matches_(capacity + sizeof(uint64_t)),
      candidates_(capacity) {
  AIRY_CHECK(capacity <= kCapacity);
}

void ValueRanks::Load(std::span<const float> values) {
  AIRY_CHECK(!values.empty() && values.size() <= bucket_of_.size());
  values_ = values;
  std::fill(matches_.begin(), matches_.end(), uint8_t{0});
  const KeyRange range = RunAt<FindKeyRange>(simd_, values.data(), values.size());
  const bool all_positive = range.lowest >= kSmallest;
  first_key_ = all_positive ? range.lowest : 0;
  int shift = kWidestShift;
  if (all_positive) {
    shift = std::max(
        0, static_cast<int>(std::bit_width(range.highest - first_key_)) - kBucketBits);
  }
  RunAt<FindBuckets>(simd_, values.data(), values.size(), first_key_, shift,
                     bucket_of_.data());
  // Neighbours fall into the same bucket: with one histogram, each would wait for the
  // one before it to be counted.
  std::fill(partial_.begin(), partial_.end(), uint16_t{0});
  for (size_t i = 0; i < values.size(); ++i) {
    ++partial_[i % kPartials * kBuckets + bucket_of_[i]];
  }
  RunAt<SumPartials>(simd_, partial_.data(), histogram_.data());
}

float ValueRanks::At(size_t rank) {
  AIRY_CHECK(rank < values_.size());
  size_t bucket = 0;
  for (; rank >= histogram_[bucket]; ++bucket) rank -= histogram_[bucket];
  return Select(rank, bucket, kBuckets);
}

float ValueRanks::MedianMagnitude() {
  if (first_key_ != 0) return At((values_.size() - 1) / 2);
  size_t above = kPositive;
  size_t below = kPositive - 1;
  const size_t zeros = histogram_[above] + histogram_[below];
  if (zeros == values_.size()) return 0;
  size_t rank = (values_.size() - zeros - 1) / 2 + zeros;
  for (; rank >= histogram_[above] + histogram_[below]; ++above, --below) {
    rank -= histogram_[above] + histogram_[below];
  }
  return Select(rank, above, below);
}

// The value of a rank among those of a bucket and the negatives of those of another.
float ValueRanks::Select(size_t rank, size_t bucket, size_t mirrored_bucket) {
  RunAt<FindMatches>(simd_, bucket_of_.data(), values_.size(),
                     static_cast<uint16_t>(bucket),
                     static_cast<uint16_t>(mirrored_bucket), matches_.data());
  size_t count = 0;
  for (size_t first = 0; first < values_.size(); first += sizeof(uint64_t)) {
    uint64_t eight = 0;
    std::memcpy(&eight, &matches_[first], sizeof(eight));
    for (; eight != 0; eight &= eight - 1) {
      const size_t i = first + static_cast<size_t>(std::countr_zero(eight)) / 8;
      const uint32_t key = KeyOf(values_[i]);
      candidates_[count++] = bucket_of_[i] == bucket ? key : ~key;
    }
  }
  const auto begin = candidates_.begin();
  const auto wanted = begin + static_cast<ptrdiff_t>(rank);
  std::nth_element(begin, wanted, begin + static_cast<ptrdiff_t>(count));
  return ValueOf(*wanted);
}

}  // namespace airy::transform

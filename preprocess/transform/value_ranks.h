#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "preprocess/transform/simd.h"

namespace airy::transform {

// Finds values by their rank without sorting: a histogram tells which bucket holds a
// rank, and only that one is searched. Its buckets are logarithmic, and finer where all
// values have one sign and lie close to each other. Exact, also for values that are not
// finite, which rank beyond the largest of their sign. Owned by one thread at a time.
class ValueRanks {
 public:
  // For up to `capacity` values, at most 2^17. Nothing is allocated afterwards.
  ValueRanks(SimdLevel simd, size_t capacity);

  // `values`, one at least, must outlive the questions about them.
  void Load(std::span<const float> values);
  // The value that `rank` others come before in ascending order; below values.size().
  float At(size_t rank);
  // The lower median of all magnitudes above 2e-39; 0 without any.
  float MedianMagnitude();

 private:
  float Select(size_t rank, size_t bucket, size_t mirrored_bucket);

  const SimdLevel simd_;
  std::span<const float> values_;
  uint32_t first_key_ = 0;  // of the first bucket; 0 unless all values are positive
  std::vector<uint16_t> bucket_of_;   // [value]
  std::vector<uint32_t> histogram_;   // [bucket]
  std::vector<uint16_t> partial_;     // histograms of every fourth value
  std::vector<uint8_t> matches_;      // [value] not 0 where it lies in the bucket wanted
  std::vector<uint32_t> candidates_;  // the values of one bucket, as sortable numbers
};

}  // namespace airy::transform

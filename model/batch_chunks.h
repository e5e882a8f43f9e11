#pragma once

#include <cstdint>
#include <vector>

namespace airy::model {

// A run of items that goes through the network together.
struct Chunk {
  int first = 0;
  int count = 0;
  int batch = 0;  // what it is filled up to, one of the sizes prepared

  bool operator==(const Chunk&) const = default;
};

// The batch sizes to prepare on a GPU, ascending: 1, 2, 4, ... and the largest, which is
// `max_batch` unless as many items, `item_bytes` each, are more than one upload should
// hold: then a power of two below it, so that a long batch goes up while its beginning is
// computed. At least 1.
std::vector<int> BatchSizes(int max_batch, int64_t item_bytes);

// Splits `count` items, at least 1, into chunks of the largest of `sizes` (ascending, at
// least one) and a rest, filled up to the next of them.
std::vector<Chunk> SplitIntoChunks(int count, const std::vector<int>& sizes);

}  // namespace airy::model

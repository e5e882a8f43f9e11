#include "model/batch_chunks.h"

#include <algorithm>

namespace airy::model {
namespace {

// A GPU is full with so many images; more only delay the first answers' way back.
constexpr int kLargestChunk = 128;
// 2 ms of a PCIe 5 link.
constexpr int64_t kLargestUpload = int64_t{64} << 20;

}  // namespace

std::vector<int> BatchSizes(int max_batch, int64_t item_bytes) {
  const auto fitting = static_cast<int>(
      std::clamp<int64_t>(kLargestUpload / item_bytes, 1, kLargestChunk));
  std::vector<int> sizes;
  int size = 1;
  for (; size < max_batch && size <= fitting; size *= 2) sizes.push_back(size);
  if (size >= max_batch && max_batch <= fitting) sizes.push_back(max_batch);
  return sizes;
}

std::vector<Chunk> SplitIntoChunks(int count, const std::vector<int>& sizes) {
  const int largest = sizes.back();
  std::vector<Chunk> chunks;
  int first = 0;
  for (; count - first > largest; first += largest) {
    chunks.push_back({first, largest, largest});
  }
  const int rest = count - first;
  chunks.push_back({first, rest, *std::lower_bound(sizes.begin(), sizes.end(), rest)});
  return chunks;
}

}  // namespace airy::model

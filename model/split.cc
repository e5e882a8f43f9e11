#include "model/split.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <ranges>

#include "model/random_stream.h"

namespace airy::model {
namespace {

// Streams of the plan of a training; sample_plan.cc and augmentation.cc have others.
constexpr uint64_t kSplitStream = 0;

// Images in random order, those of one combination of labels side by side.
std::vector<int64_t> OrderByCombination(LabelRows labels, uint64_t seed) {
  std::map<std::vector<uint8_t>, std::vector<int64_t>, FirstClassesFirst> combinations;
  for (size_t i = 0; i < labels.size(); ++i) {
    combinations[{labels[i].begin(), labels[i].end()}].push_back(static_cast<int64_t>(i));
  }
  RandomStream random(seed, kSplitStream, 0);
  std::vector<std::vector<int64_t>> groups;
  for (auto& [combination, images] : combinations | std::views::reverse) {
    groups.push_back(std::move(images));
  }
  random.Shuffle(&groups);
  std::vector<int64_t> order;
  for (std::vector<int64_t>& images : groups) {
    random.Shuffle(&images);
    order.insert(order.end(), images.begin(), images.end());
  }
  return order;
}

// The radical inverse of van der Corput: the bits of `i` mirrored at the binary point.
// Of any run of numbers, about `share` have one below `share`.
double RadicalInverse(size_t i) {
  double inverse = 0;
  for (double digit = 0.5; i > 0; i /= 2, digit /= 2) {
    if (i % 2 == 1) inverse += digit;
  }
  return inverse;
}

// Images of one combination lie side by side, so that each combination keeps its share.
void KeepShare(double share, std::vector<int64_t>* images) {
  size_t place = 0;
  std::erase_if(*images, [&](int64_t) { return RadicalInverse(place++) >= share; });
}

}  // namespace

Result<Split> SplitByLabels(LabelRows labels, const SplitShares& shares, uint64_t seed) {
  Split split;
  struct Part {
    std::vector<int64_t>* images;
    double share;
    size_t least;
  };
  const std::array parts = {
      Part{&split.training, 1 - shares.validation - shares.test, 2},
      Part{&split.validation, shares.validation, shares.validation > 0 ? 1U : 0U},
      Part{&split.test, shares.test, shares.test > 0 ? 1U : 0U}};
  double dealt = 0;
  for (const int64_t image : OrderByCombination(labels, seed)) {
    dealt += 1;
    // To the part that is most behind.
    const auto behind = [dealt](const Part& part) {
      return part.share * dealt - static_cast<double>(part.images->size());
    };
    std::ranges::max_element(parts, {}, behind)->images->push_back(image);
  }
  for (const Part& part : parts) {
    // The first part can spare images: shares are at most a half.
    while (part.images->size() < part.least && split.training.size() > 2) {
      part.images->push_back(split.training.back());
      split.training.pop_back();
    }
    if (part.images->size() < part.least) {
      char text[160];
      std::snprintf(text, sizeof text,
                    "%zu images are too few to split into training (at least 2), "
                    "validation (share %g) and test (share %g)",
                    labels.size(), shares.validation, shares.test);
      return FailedPrecondition(text);
    }
  }
  const size_t for_training = split.training.size();
  KeepShare(shares.training, &split.training);
  if (split.training.size() < 2) {
    char text[120];
    std::snprintf(
        text, sizeof text,
        "a share of %g of %zu training images leaves %zu; at least 2 are needed",
        shares.training, for_training, split.training.size());
    return FailedPrecondition(text);
  }
  return split;
}

Status CheckAllClassesPresent(LabelRows labels, std::span<const int64_t> images,
                              const ClassList& classes) {
  for (size_t c = 0; c < classes.size(); ++c) {
    const auto has_class = [&](int64_t image) {
      return labels[static_cast<size_t>(image)][c] != 0;
    };
    if (std::ranges::any_of(images, has_class)) continue;
    int64_t in_set = 0;
    for (size_t i = 0; i < labels.size(); ++i) in_set += labels[i][c];
    return FailedPrecondition("class '" + classes[c] + "' has no positives among " +
                              std::to_string(images.size()) + " training images (" +
                              std::to_string(in_set) + " in the set of " +
                              std::to_string(labels.size()) + ")");
  }
  return OkStatus();
}

}  // namespace airy::model

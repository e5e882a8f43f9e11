#pragma once

#include <array>
#include <string_view>

namespace airy::model {

// How a network's outputs become one probability per class.
enum class Head {
  kSigmoid,     // each class by itself
  kSoftmax,     // exactly one of the classes
  kStructured,  // the eleven classes under their hard rules
};

// In the order of Head, as they stand in a checkpoint.
inline constexpr std::array<std::string_view, 3> kHeadNames = {"sigmoid", "softmax",
                                                               "structured"};

}  // namespace airy::model

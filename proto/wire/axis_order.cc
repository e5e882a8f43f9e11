#include "proto/wire/axis_order.h"

namespace airy::wire {
namespace {

constexpr std::string_view kLetters = "fmgyx";
// Far above any real array, low enough that no product of it and a pixel size overflows.
constexpr uint64_t kMaxPixels = uint64_t{1} << 48;

struct Axis {
  uint64_t size = 1;
  ptrdiff_t stride = 0;
};

}  // namespace

std::string ShapeText(std::span<const uint64_t> shape) {
  std::string text = "(";
  for (const uint64_t size : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(size);
  }
  return text + ")";
}

Result<AxisOrder> AxisOrder::Parse(std::string_view letters) {
  const std::string was = "; was \"" + std::string(letters) + "\"";
  for (size_t i = 0; i < letters.size(); ++i) {
    if (kLetters.find(letters[i]) == std::string_view::npos) {
      return InvalidArgument("axes must be letters of \"fmgyx\"" + was);
    }
    if (letters.find(letters[i], i + 1) != std::string_view::npos) {
      return InvalidArgument("axes must not repeat a letter" + was);
    }
  }
  for (const char required : {'y', 'x'}) {
    if (letters.find(required) == std::string_view::npos) {
      return InvalidArgument(std::string("axes must contain ") + required + was);
    }
  }
  return AxisOrder(letters);
}

std::optional<Rejection> AxisOrder::Apply(std::span<const uint64_t> shape, PixelType type,
                                          const DecoderLimits& limits,
                                          Layout* layout) const {
  const auto reject = [&](RejectKind kind, const std::string& why) {
    return Rejection{
        kind, "shape " + ShapeText(shape) + " for axes \"" + letters_ + "\": " + why};
  };
  if (shape.size() != letters_.size()) {
    return reject(RejectKind::kBadShape, "needs " + std::to_string(letters_.size()) +
                                             " axes, has " +
                                             std::to_string(shape.size()));
  }
  Axis f, m, g, y, x;
  uint64_t pixels = 1;
  bool empty = false;
  for (size_t i = shape.size(); i-- > 0;) {
    Axis& axis = letters_[i] == 'f'   ? f
                 : letters_[i] == 'm' ? m
                 : letters_[i] == 'g' ? g
                 : letters_[i] == 'y' ? y
                                      : x;
    if (shape[i] > kMaxPixels / pixels) {
      return reject(RejectKind::kOversized, "more than 2^48 pixels");
    }
    axis = {shape[i], static_cast<ptrdiff_t>(pixels)};
    if (shape[i] == 0) {
      empty = true;
    } else {
      pixels *= shape[i];
    }
  }
  if (m.size == 0 || g.size == 0 || y.size == 0 || x.size == 0) {
    return reject(RejectKind::kBadShape, "only f may be empty");
  }
  if (f.size > limits.max_frames) {
    return reject(RejectKind::kOversized,
                  "at most " + std::to_string(limits.max_frames) + " frames");
  }
  const uint64_t max_edge = limits.max_edge_pixels;
  if (x.size > max_edge || y.size > max_edge || m.size > max_edge / y.size) {
    return reject(RejectKind::kOversized,
                  "an edge may have at most " + std::to_string(max_edge) + " pixels");
  }
  layout->frames = f.size;
  layout->pixels = empty ? 0 : pixels;
  layout->frame_stride = f.stride;
  layout->first = {};
  layout->first.type = type;
  layout->first.modules = static_cast<int>(m.size);
  layout->first.rows = static_cast<int>(y.size);
  layout->first.cols = static_cast<int>(x.size);
  layout->first.module_stride = m.stride;
  layout->first.row_stride = y.stride;
  layout->first.col_stride = x.stride;
  return std::nullopt;
}

}  // namespace airy::wire

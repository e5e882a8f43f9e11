#include "tests/fuzz/wire_fuzz.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "preprocess/frame/check.h"
#include "proto/wire/registry.h"

namespace airy::fuzz {
namespace {

using wire::DecoderOptions;

// Option sets that between them reach every branch.
DecoderOptions Options(uint8_t selector) {
  DecoderOptions options;
  switch (selector % 4) {
    case 0:
      options.key = "image.data";
      options.pulse_id_key = "image.pulseId";
      break;
    case 1:
      options.source = "SPB_EXP/DET/JF1:daqOutput";
      options.key = "data.adc";
      break;
    case 2:
      options.axes = "xyf";
      options.limits.max_parts = 6;
      options.limits.max_header_bytes = 256;
      break;
    default:
      options.axes = "mfgyx";
      options.expected_type = PixelType::kUint16;
      options.limits.max_frames = 4;
      options.limits.max_edge_pixels = 16;
      break;
  }
  return options;
}

// Every part gets a buffer of exactly its size, so that a sanitizer sees any byte read
// beyond it.
wire::RawMessage Parse(const uint8_t* data, size_t size) {
  auto buffers = std::make_shared<std::vector<std::unique_ptr<std::byte[]>>>();
  wire::RawMessage message;
  uint32_t length = 0;
  while (size >= sizeof(length)) {
    std::memcpy(&length, data, sizeof(length));
    data += sizeof(length);
    size -= sizeof(length);
    const size_t taken = std::min<size_t>(length, size);
    buffers->emplace_back(new std::byte[taken]);
    if (taken > 0) std::memcpy(buffers->back().get(), data, taken);
    message.parts.emplace_back(buffers->back().get(), taken);
    data += taken;
    size -= taken;
  }
  message.owner = std::move(buffers);
  return message;
}

// Reads every pixel, so that a view that reaches outside its buffer is caught.
void ReadAllPixels(const Frame& frame) {
  const PixelView& view = frame.pixels;
  const auto* first = static_cast<const std::byte*>(view.data);
  const auto size = static_cast<ptrdiff_t>(PixelSize(view.type));
  volatile unsigned sum = 0;
  for (int row = 0; row < view.total_rows(); ++row) {
    for (int col = 0; col < view.cols; ++col) {
      const ptrdiff_t at = (row / view.rows) * view.module_stride +
                           (row % view.rows) * view.row_stride + col * view.col_stride;
      sum = sum + std::to_integer<unsigned>(first[at * size]) +
            std::to_integer<unsigned>(first[at * size + size - 1]);
    }
  }
}

}  // namespace

std::string FuzzInput(uint8_t selector, const std::vector<std::string>& parts) {
  std::string input(1, static_cast<char>(selector));
  for (const std::string& part : parts) {
    const auto length = static_cast<uint32_t>(part.size());
    char bytes[sizeof(length)];
    std::memcpy(bytes, &length, sizeof(length));
    input.append(bytes, sizeof(bytes));
    input += part;
  }
  return input;
}

}  // namespace airy::fuzz

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using airy::wire::Decoded;
  if (size == 0) return 0;
  const airy::wire::DecoderOptions options = airy::fuzz::Options(data[0]);
  for (const std::string_view protocol : airy::wire::ProtocolNames()) {
    const auto decoder = airy::wire::CreateDecoder(protocol, options);
    airy::wire::RawMessage message = airy::fuzz::Parse(data + 1, size - 1);
    const Decoded decoded = (*decoder)->Decode(message);
    message = {};
    AIRY_CHECK(decoded.frames.size() <= options.limits.max_frames);
    AIRY_CHECK(!decoded.rejection || !decoded.rejection->detail.empty());
    for (const airy::Frame& frame : decoded.frames) {
      AIRY_CHECK(frame.owner != nullptr);
      AIRY_CHECK(frame.pixels.total_rows() > 0 && frame.pixels.cols > 0);
      airy::fuzz::ReadAllPixels(frame);
    }
  }
  return 0;
}

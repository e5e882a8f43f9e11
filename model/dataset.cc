#include "model/dataset.h"

#include <c10/util/Half.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "model/evenly_spread.h"
#include "model/sha256.h"
#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

constexpr size_t kPixels = size_t{kInputSize} * kInputSize;
constexpr float kLargestHalf = 65504.0F;

constexpr int64_t kDigestImages = 512;

uint16_t ToHalf(float value) { return c10::Half(std::min(value, kLargestHalf)).x; }

}  // namespace

Status CheckCounts(std::span<const float> pixels) {
  if (pixels.size() != kPixels) {
    return InvalidArgument("image must have " + std::to_string(kPixels) +
                           " pixels; had " + std::to_string(pixels.size()));
  }
  const auto bad = std::find_if(pixels.begin(), pixels.end(), [](float value) {
    return !std::isfinite(value) || value < 0;
  });
  if (bad == pixels.end()) return OkStatus();
  return InvalidArgument("counts must be finite and at least 0; was " +
                         std::to_string(*bad) + " at pixel " +
                         std::to_string(bad - pixels.begin()));
}

Status Dataset::Add(std::span<const float> pixels, std::span<const uint8_t> labels) {
  AIRY_CHECK(source_ == nullptr);
  AIRY_TRY(CheckCounts(pixels));
  std::ranges::transform(pixels, std::back_inserter(halves_), ToHalf);
  labels_.Add(labels);
  return OkStatus();
}

Status Dataset::Load(const std::function<void(int64_t)>& progress) {
  if (source_ == nullptr) return OkStatus();
  std::vector<uint16_t> halves(labels_.size() * kPixels);
  for (int64_t i = 0; i < size(); ++i) {
    AIRY_TRY(ReadHalves(
        i, std::span(halves).subspan(static_cast<size_t>(i) * kPixels, kPixels)));
    progress(i + 1);
  }
  halves_ = std::move(halves);
  source_.reset();
  return OkStatus();
}

Status Dataset::ReadHalves(int64_t index, std::span<uint16_t> halves) const {
  AIRY_CHECK(index >= 0 && index < size() && halves.size() == kPixels);
  if (source_ == nullptr) {
    std::copy_n(halves_.data() + static_cast<size_t>(index) * kPixels, kPixels,
                halves.begin());
    return OkStatus();
  }
  std::vector<float> pixels(kPixels);
  AIRY_TRY(source_->Read(index, pixels));
  std::ranges::transform(pixels, halves.begin(), ToHalf);
  return OkStatus();
}

Status Dataset::Read(int64_t index, std::span<float> pixels) const {
  std::vector<uint16_t> halves(kPixels);
  AIRY_TRY(ReadHalves(index, halves));
  std::ranges::transform(halves, pixels.begin(), [](uint16_t bits) {
    return static_cast<float>(c10::Half(bits, c10::Half::from_bits()));
  });
  return OkStatus();
}

Result<std::string> Dataset::Digest() const {
  std::string parts = JoinNames(classes_) + Sha256Hex(std::as_bytes(labels_.values()));
  std::vector<uint16_t> halves(kPixels);
  for (const int64_t index : EvenlySpread(size(), kDigestImages)) {
    AIRY_TRY(ReadHalves(index, halves));
    parts += Sha256Hex(std::as_bytes(std::span(halves)));
  }
  return Sha256Hex(std::as_bytes(std::span(parts)));
}

}  // namespace airy::model

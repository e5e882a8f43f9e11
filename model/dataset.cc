#include "model/dataset.h"

#include <c10/util/Half.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "model/safetensors.h"
#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

constexpr size_t kEdge = kInputSize;
constexpr size_t kPixels = kEdge * kEdge;
constexpr float kLargestHalf = 65504.0F;

float FromHalf(uint16_t bits) {
  return static_cast<float>(c10::Half(bits, c10::Half::from_bits()));
}

}  // namespace

Status Dataset::Add(std::span<const float> pixels, std::span<const uint8_t> labels) {
  if (pixels.size() != kPixels) {
    return InvalidArgument("image must have " + std::to_string(kPixels) +
                           " pixels; had " + std::to_string(pixels.size()));
  }
  const auto bad = std::find_if(pixels.begin(), pixels.end(), [](float value) {
    return !std::isfinite(value) || value < 0;
  });
  if (bad != pixels.end()) {
    return InvalidArgument("counts must be finite and at least 0; was " +
                           std::to_string(*bad) + " at pixel " +
                           std::to_string(bad - pixels.begin()));
  }
  for (const float value : pixels) {
    halves_.push_back(c10::Half(std::min(value, kLargestHalf)).x);
  }
  labels_.Add(labels);
  const double sum = std::accumulate(pixels.begin(), pixels.end(), 0.0);
  mean_counts_.push_back(static_cast<float>(sum / static_cast<double>(kPixels)));
  return OkStatus();
}

void Dataset::Copy(int64_t index, int symmetry, float gain, float* output) const {
  AIRY_CHECK(index >= 0 && index < size() && symmetry >= 0 && symmetry < 8);
  const uint16_t* image = halves_.data() + static_cast<size_t>(index) * kPixels;
  const bool mirror_cols = (symmetry & 1) != 0;
  const bool mirror_rows = (symmetry & 2) != 0;
  const bool transpose = (symmetry & 4) != 0;
  for (size_t row = 0; row < kEdge; ++row) {
    for (size_t col = 0; col < kEdge; ++col) {
      const size_t r = mirror_rows ? kEdge - 1 - row : row;
      const size_t c = mirror_cols ? kEdge - 1 - col : col;
      const uint16_t half = transpose ? image[c * kEdge + r] : image[r * kEdge + c];
      *output++ = gain * FromHalf(half);
    }
  }
}

Status WriteDataset(const std::string& path, const Dataset& dataset) {
  Safetensors file;
  file.metadata["description"] = dataset.description();
  StoredTensor images{
      "images", TensorType::kF16, {dataset.size(), kInputSize, kInputSize}, {}};
  file.metadata["classes"] = JoinNames(dataset.classes());
  const size_t classes = dataset.classes().size();
  StoredTensor labels{
      "labels", TensorType::kF32, {dataset.size(), static_cast<int64_t>(classes)}, {}};
  const auto n = static_cast<size_t>(dataset.size());
  images.data.resize(n * kPixels * sizeof(uint16_t));
  labels.data.resize(n * classes * sizeof(float));
  std::vector<float> pixels(kPixels);
  for (size_t i = 0; i < n; ++i) {
    dataset.Copy(static_cast<int64_t>(i), /*symmetry=*/0, /*gain=*/1, pixels.data());
    for (size_t p = 0; p < kPixels; ++p) {
      const uint16_t half = c10::Half(pixels[p]).x;
      std::memcpy(images.data.data() + (i * kPixels + p) * sizeof half, &half,
                  sizeof half);
    }
    const std::span<const uint8_t> truth = dataset.labels()[i];
    const std::vector<float> row(truth.begin(), truth.end());
    std::memcpy(labels.data.data() + i * classes * sizeof(float), row.data(),
                classes * sizeof(float));
  }
  file.tensors = {std::move(images), std::move(labels)};
  return WriteSafetensors(path, file);
}

Result<Dataset> ReadDataset(const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const Safetensors file, ReadSafetensors(path));
  const auto find = [&file](const std::string& name) -> const StoredTensor* {
    for (const StoredTensor& tensor : file.tensors) {
      if (tensor.name == name) return &tensor;
    }
    return nullptr;
  };
  const auto names = file.metadata.find("classes");
  const ClassList classes =
      names == file.metadata.end() ? ElevenClasses() : SplitNames(names->second);
  if (Status status = CheckClassList(classes); !status.ok()) {
    return status.WithContext(path + ": metadata");
  }
  const StoredTensor* images = find("images");
  const StoredTensor* labels = find("labels");
  const int64_t n =
      images == nullptr || images->shape.empty() ? 0 : images->shape.front();
  if (n == 0 || labels == nullptr || images->type != TensorType::kF16 ||
      labels->type != TensorType::kF32 ||
      images->shape != std::vector<int64_t>{n, kInputSize, kInputSize} ||
      labels->shape != std::vector<int64_t>{n, std::ssize(classes)}) {
    return InvalidArgument(path + ": must hold 'images' F16 [n," +
                           std::to_string(kInputSize) + "," + std::to_string(kInputSize) +
                           "] and 'labels' F32 [n," + std::to_string(classes.size()) +
                           "]");
  }
  const auto description = file.metadata.find("description");
  Dataset dataset(description == file.metadata.end() ? path : description->second,
                  classes);
  std::vector<float> pixels(kPixels);
  for (size_t i = 0; i < static_cast<size_t>(n); ++i) {
    for (size_t p = 0; p < kPixels; ++p) {
      uint16_t half = 0;
      std::memcpy(&half, images->data.data() + (i * kPixels + p) * sizeof half,
                  sizeof half);
      pixels[p] = FromHalf(half);
    }
    std::vector<float> row(classes.size());
    std::memcpy(row.data(), labels->data.data() + i * row.size() * sizeof(float),
                row.size() * sizeof(float));
    std::vector<uint8_t> truth(row.size());
    std::transform(row.begin(), row.end(), truth.begin(),
                   [](float value) { return static_cast<uint8_t>(value >= 0.5F); });
    if (Status status = dataset.Add(pixels, truth); !status.ok()) {
      return status.WithContext(path + " image " + std::to_string(i));
    }
  }
  return dataset;
}

}  // namespace airy::model

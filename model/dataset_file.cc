#include <c10/util/Half.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <mutex>
#include <vector>

#include "model/dataset.h"
#include "model/safetensors.h"
#include "model/tensor_file.h"

namespace airy::model {
namespace {

constexpr size_t kPixelsOfImage = size_t{kInputSize} * kInputSize;

// The images of a set that WriteDataset wrote.
class DatasetFile final : public ImageSource {
 public:
  // They begin at this byte of the file.
  DatasetFile(const std::string& path, uint64_t begin)
      : path_(path), begin_(begin), file_(path, std::ios::binary) {}

  Status Read(int64_t index, std::span<float> pixels) override {
    const std::string name = path_ + " image " + std::to_string(index);
    std::vector<c10::Half> halves(kPixelsOfImage);
    if (!ReadBytes(begin_ + static_cast<uint64_t>(index * Dataset::kBytesPerImage),
                   std::as_writable_bytes(std::span(halves)))) {
      return DataLoss(name + " cannot be read");
    }
    std::ranges::copy(halves, pixels.begin());
    const Status status = CheckCounts(pixels);
    return status.ok() ? status : status.WithContext(name);
  }

 private:
  bool ReadBytes(uint64_t begin, std::span<std::byte> bytes) {
    const std::lock_guard lock(mutex_);
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(begin));
    file_.read(reinterpret_cast<char*>(bytes.data()), std::ssize(bytes));
    return static_cast<bool>(file_);
  }

  const std::string path_;
  const uint64_t begin_;
  std::mutex mutex_;
  std::ifstream file_;  // guarded by mutex_
};

Result<std::vector<Labels>> ReadLabels(const std::string& path, uint64_t begin,
                                       size_t count) {
  std::vector<std::array<float, kClassCount>> rows(count);
  const auto bytes = std::as_writable_bytes(std::span(rows));
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(begin));
  file.read(reinterpret_cast<char*>(bytes.data()), std::ssize(bytes));
  if (!file) return DataLoss("'" + path + "' cannot be read");
  std::vector<Labels> labels(count);
  for (size_t i = 0; i < count; ++i) {
    std::ranges::transform(rows[i], labels[i].begin(),
                           [](float value) { return value >= 0.5F ? 1 : 0; });
  }
  return labels;
}

}  // namespace

Status WriteDataset(const std::string& path, const Dataset& dataset,
                    const std::function<void(int64_t)>& progress) {
  const StoredTensor tensors[] = {
      {"images", TensorType::kF16, {dataset.size(), kInputSize, kInputSize}, {}},
      {"labels", TensorType::kF32, {dataset.size(), kClassCount}, {}}};
  Status read;
  const auto write_bytes = [&](std::FILE* file) {
    std::vector<float> pixels(kPixelsOfImage);
    for (int64_t i = 0; i < dataset.size(); ++i) {
      read = dataset.Read(i, pixels);
      if (!read.ok()) return false;
      const std::vector<c10::Half> halves(pixels.begin(), pixels.end());
      if (std::fwrite(halves.data(), Dataset::kBytesPerImage, 1, file) != 1) return false;
      progress(i + 1);
    }
    return std::ranges::all_of(dataset.labels(), [file](const Labels& truth) {
      std::array<float, kClassCount> row;
      std::ranges::copy(truth, row.begin());
      return std::fwrite(row.data(), sizeof row, 1, file) == 1;
    });
  };
  const Status written = WriteTensorFile(path, {{"description", dataset.description()}},
                                         tensors, write_bytes);
  return read.ok() ? written : read;
}

Result<Dataset> ReadDataset(const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(const SafetensorsIndex file, ReadSafetensorsIndex(path));
  const auto find = [&file](const std::string& name) {
    const auto place = std::ranges::find_if(
        file.tensors, [&name](const TensorPlace& p) { return p.tensor.name == name; });
    return place == file.tensors.end() ? TensorPlace() : *place;
  };
  const TensorPlace images = find("images");
  const TensorPlace labels = find("labels");
  const int64_t n = images.tensor.shape.empty() ? 0 : images.tensor.shape.front();
  if (n == 0 || images.tensor.type != TensorType::kF16 ||
      labels.tensor.type != TensorType::kF32 ||
      images.tensor.shape != std::vector<int64_t>{n, kInputSize, kInputSize} ||
      labels.tensor.shape != std::vector<int64_t>{n, kClassCount}) {
    return InvalidArgument(path + ": must hold 'images' F16 [n," +
                           std::to_string(kInputSize) + "," + std::to_string(kInputSize) +
                           "] and 'labels' F32 [n," + std::to_string(kClassCount) + "]");
  }
  AIRY_ASSIGN_OR_RETURN(std::vector<Labels> truths,
                        ReadLabels(path, labels.begin, static_cast<size_t>(n)));
  const auto description = file.metadata.find("description");
  return Dataset(description == file.metadata.end() ? path : description->second,
                 std::move(truths), std::make_unique<DatasetFile>(path, images.begin));
}

}  // namespace airy::model

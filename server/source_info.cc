#include "server/source_info.h"

#include <memory>
#include <vector>

#include "proto/cxi/shot_file.h"

namespace airy::server {
namespace {

template <typename T>
void Widen(const std::vector<std::byte>& bytes, std::vector<float>* counts) {
  const auto* pixels = reinterpret_cast<const T*>(bytes.data());
  for (size_t i = 0; i < counts->size(); ++i) {
    (*counts)[i] = static_cast<float>(pixels[i]);
  }
}

// The counts of an image of `type`.
std::vector<float> ToFloat(const std::vector<std::byte>& bytes, PixelType type) {
  std::vector<float> counts(bytes.size() / PixelSize(type));
  switch (type) {
    case PixelType::kUint8:
      Widen<uint8_t>(bytes, &counts);
      break;
    case PixelType::kUint16:
      Widen<uint16_t>(bytes, &counts);
      break;
    case PixelType::kUint32:
      Widen<uint32_t>(bytes, &counts);
      break;
    case PixelType::kInt16:
      Widen<int16_t>(bytes, &counts);
      break;
    case PixelType::kInt32:
      Widen<int32_t>(bytes, &counts);
      break;
    case PixelType::kFloat32:
      Widen<float>(bytes, &counts);
      break;
    case PixelType::kFloat64:
      Widen<double>(bytes, &counts);
      break;
  }
  return counts;
}

struct Calibration {
  int rows = 0;
  int cols = 0;
  std::vector<float> values;
};

Result<Calibration> Read(const CalibrationFile& file) {
  AIRY_ASSIGN_OR_RETURN(const auto reader,
                        cxi::ShotReader::Open(file.path, file.dataset));
  const cxi::ShotSetInfo& info = reader->info();
  if (info.shots != 1) {
    return InvalidArgument(file.path + " must hold one image; holds " +
                           std::to_string(info.shots));
  }
  std::vector<std::byte> bytes(static_cast<size_t>(info.rows) *
                               static_cast<size_t>(info.cols) * PixelSize(info.type));
  AIRY_TRY(reader->ReadPixels(0, bytes.data()));
  return Calibration{info.rows, info.cols, ToFloat(bytes, info.type)};
}

// Reads the file into *calibration and checks its shape against what was read before.
Status ReadInto(const CalibrationFile& file, const char* key,
                pipeline::SourceInfo* source, std::vector<float>* values) {
  auto calibration = Read(file);
  if (!calibration.ok()) return calibration.status().WithContext(key);
  if (source->mask_rows != 0 && (source->mask_rows != calibration->rows ||
                                 source->mask_cols != calibration->cols)) {
    return InvalidArgument(std::string(key) + " must have the shape of mask_file (" +
                           std::to_string(source->mask_rows) + " x " +
                           std::to_string(source->mask_cols) + "); has " +
                           std::to_string(calibration->rows) + " x " +
                           std::to_string(calibration->cols));
  }
  source->mask_rows = calibration->rows;
  source->mask_cols = calibration->cols;
  *values = std::move(calibration->values);
  return OkStatus();
}

Status ReadCalibrations(const SourceOptions& options, pipeline::SourceInfo* source) {
  if (!options.mask.path.empty()) {
    std::vector<float> mask;
    AIRY_TRY(ReadInto(options.mask, "mask_file", source, &mask));
    const bool zero_is_good = options.mask_good == SourceOptions::MaskGood::kZero;
    for (const float value : mask) {
      source->mask.push_back((value == 0) == zero_is_good ? 1 : 0);
    }
  }
  if (!options.dark.path.empty()) {
    AIRY_TRY(ReadInto(options.dark, "dark_file", source, &source->dark));
  }
  return OkStatus();
}

}  // namespace

Result<pipeline::SourceInfo> MakeSourceInfo(const std::string& name, int index,
                                            const SourceOptions& options) {
  pipeline::SourceInfo source;
  source.name = name;
  source.index = index;
  source.policy = options.zmq.policy;
  source.counts_scale = options.counts_scale;
  source.hit_finder = options.hit_finder;
  source.rescale = options.rescale;
  if (Status status = ReadCalibrations(options, &source); !status.ok()) {
    return status.WithContext("source." + name);
  }
  return source;
}

}  // namespace airy::server

#include "proto/cxi/hit_columns.h"

#include <algorithm>

#include "proto/cxi/layout.h"

namespace airy::cxi {
namespace {

// source (at most 32) / train id / pulse id (at most 20 digits each).
constexpr size_t kIdentifierLength = 80;
constexpr size_t kModelTextLength = 64;
constexpr hsize_t kTagChunk = 256;
constexpr char kUnits[] = "units";
constexpr char kUnixNs[] = "ns since 1970-01-01T00:00:00Z";

}  // namespace

Result<HitColumns> HitColumns::Create(hid_t file) {
  HitColumns c;
  AIRY_ASSIGN_OR_RETURN(
      c.model_name_, Column<char>::OfTexts(file, layout::kModelName, kModelTextLength));
  AIRY_ASSIGN_OR_RETURN(
      c.model_version_,
      Column<char>::OfTexts(file, layout::kModelVersion, kModelTextLength));
  AIRY_ASSIGN_OR_RETURN(c.model_sha256_, Column<char>::OfTexts(file, layout::kModelSha256,
                                                               kModelTextLength));
  AIRY_ASSIGN_OR_RETURN(
      c.model_thresholds_,
      Column<float>::OfNumbers(file, layout::kModelThresholds, kClassCount));
  AIRY_ASSIGN_OR_RETURN(c.model_index_,
                        Column<uint32_t>::OfNumbers(file, layout::kModelIndex));
  AIRY_ASSIGN_OR_RETURN(c.probabilities_, Column<float>::OfNumbers(
                                              file, layout::kProbabilities, kClassCount));
  AIRY_ASSIGN_OR_RETURN(c.lit_pixels_,
                        Column<int64_t>::OfNumbers(file, layout::kLitPixels));
  AIRY_ASSIGN_OR_RETURN(c.detector_time_,
                        Column<int64_t>::OfNumbers(file, layout::kDetectorTime));
  AIRY_ASSIGN_OR_RETURN(c.arrival_time_,
                        Column<int64_t>::OfNumbers(file, layout::kArrivalTime));
  AIRY_ASSIGN_OR_RETURN(
      c.identifier_, Column<char>::OfTexts(file, layout::kIdentifier, kIdentifierLength));
  AIRY_ASSIGN_OR_RETURN(c.pulse_id_, Column<uint64_t>::OfNumbers(file, layout::kPulseId));
  AIRY_ASSIGN_OR_RETURN(c.train_id_, Column<uint64_t>::OfNumbers(file, layout::kTrainId));
  AIRY_ASSIGN_OR_RETURN(c.tags_, GrowingDataset::Create(file, {.path = layout::kTags,
                                                               .type = H5T_NATIVE_INT8,
                                                               .row_shape = {kClassCount},
                                                               .axis = 1,
                                                               .chunk_rows = kTagChunk}));
  AIRY_TRY(WriteAttribute(c.tags_.id(), layout::kHeadings, kClassNames));
  AIRY_TRY(WriteAttribute(c.probabilities_.id(), layout::kHeadings, kClassNames));
  AIRY_TRY(WriteAttribute(c.model_thresholds_.id(), layout::kHeadings, kClassNames));
  AIRY_TRY(WriteAttribute(c.detector_time_.id(), kUnits, kUnixNs));
  AIRY_TRY(WriteAttribute(c.arrival_time_.id(), kUnits, kUnixNs));
  return c;
}

uint32_t HitColumns::ModelIndex(const HitModel& model) {
  const auto same = std::find_if(models_.begin(), models_.end(), [&](const Model& m) {
    return m.sha256 == model.sha256 && m.name == model.name && m.version == model.version;
  });
  const auto index = static_cast<uint32_t>(same - models_.begin());
  if (same == models_.end()) {
    models_.push_back(
        {std::string(model.name), std::string(model.version), std::string(model.sha256)});
    model_name_.AddText(model.name);
    model_version_.AddText(model.version);
    model_sha256_.AddText(model.sha256);
    model_thresholds_.Add(model.thresholds);
  }
  return index;
}

void HitColumns::Add(const Hit& hit) {
  model_index_.Add(ModelIndex(hit.model));
  probabilities_.Add(hit.probabilities);
  lit_pixels_.Add(hit.lit_pixels);
  detector_time_.Add(hit.detector_time_unix_ns);
  arrival_time_.Add(hit.arrival_unix_ns);
  identifier_.AddText(std::string(hit.id.source) + "/" + std::to_string(hit.id.train_id) +
                      "/" + std::to_string(hit.id.pulse_id));
  pulse_id_.Add(hit.id.pulse_id);
  train_id_.Add(hit.id.train_id);
  labels_.push_back(hit.labels);
}

Status HitColumns::WriteTags() {
  std::vector<int8_t> block;
  block.reserve(kClassCount * labels_.size());
  for (int c = 0; c < kClassCount; ++c) {
    for (const uint16_t labels : labels_) {
      block.push_back(static_cast<int8_t>((labels >> c) & 1));
    }
  }
  AIRY_TRY(tags_.Append(block.data(), labels_.size()));
  labels_.clear();
  return tags_.Flush();
}

Status HitColumns::Write() {
  AIRY_TRY(model_name_.Write());
  AIRY_TRY(model_version_.Write());
  AIRY_TRY(model_sha256_.Write());
  AIRY_TRY(model_thresholds_.Write());
  AIRY_TRY(model_index_.Write());
  AIRY_TRY(probabilities_.Write());
  AIRY_TRY(WriteTags());
  AIRY_TRY(lit_pixels_.Write());
  AIRY_TRY(detector_time_.Write());
  AIRY_TRY(arrival_time_.Write());
  AIRY_TRY(identifier_.Write());
  AIRY_TRY(pulse_id_.Write());
  return train_id_.Write();
}

}  // namespace airy::cxi

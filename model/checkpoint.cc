#include "model/checkpoint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include "preprocess/transform/ccf_map.h"

namespace airy::model {
namespace {

using Metadata = std::map<std::string, std::string>;

constexpr const char kFormat[] = "airy-checkpoint-1";
constexpr const char kMetricPrefix[] = "metric.";
constexpr std::array<std::string_view, 2> kInputNames = {"image", "ccf"};

std::string NumberText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

Status CheckClasses(const ClassList& classes, Head head) {
  Status status = CheckClassList(classes);
  if (status.ok() && head == Head::kStructured && !AreTheEleven(classes)) {
    status =
        InvalidArgument("'classes' must be '" + JoinNames(ElevenClasses()) +
                        "' where 'head' is structured; was '" + JoinNames(classes) + "'");
  }
  return status.ok() ? status : InvalidArgument("metadata " + status.message());
}

Status ReadText(const Metadata& metadata, const std::string& key, std::string* value) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) {
    return InvalidArgument("metadata '" + key + "' is missing: not a checkpoint of airy");
  }
  *value = found->second;
  return OkStatus();
}

// Numbers separated by commas, each in low..high.
Status ReadNumbers(const Metadata& metadata, const std::string& key, double low,
                   double high, std::span<float> values) {
  std::string text;
  AIRY_TRY(ReadText(metadata, key, &text));
  const char* cursor = text.c_str();
  const auto refuse = [&] {
    return InvalidArgument("metadata '" + key + "' must be " +
                           std::to_string(values.size()) + " numbers in " +
                           NumberText(low) + ".." + NumberText(high) + "; was '" + text +
                           "'");
  };
  for (float& number : values) {
    char* end = nullptr;
    const double value = std::strtod(cursor, &end);
    const bool last = &number == &values.back();
    if (end == cursor || *end != (last ? '\0' : ',') ||
        !(value >= low && value <= high)) {
      return refuse();
    }
    number = static_cast<float>(value);
    cursor = end + 1;
  }
  return OkStatus();
}

// The index of a word among `names`.
Status ReadChoice(const Metadata& metadata, const std::string& key,
                  std::span<const std::string_view> names, size_t* index) {
  std::string text;
  AIRY_TRY(ReadText(metadata, key, &text));
  std::string allowed;
  for (*index = 0; *index < names.size(); ++*index) {
    if (text == names[*index]) return OkStatus();
    allowed.append(allowed.empty() ? "'" : ", '").append(names[*index]).append("'");
  }
  return InvalidArgument("metadata '" + key + "' must be one of " + allowed + "; was '" +
                         text + "'");
}

Status ReadNumber(const Metadata& metadata, const std::string& key, double low,
                  double high, float* value) {
  return ReadNumbers(metadata, key, low, high, std::span(value, 1));
}

Status ReadInput(const Metadata& metadata, std::optional<transform::CcfOptions>* ccf) {
  if (metadata.find("input") == metadata.end())
    return OkStatus();  // before there were maps
  size_t input = 0;
  AIRY_TRY(ReadChoice(metadata, "input", kInputNames, &input));
  if (input == 0) return OkStatus();
  size_t part = 0;
  size_t scaling = 0;
  float order = 0;
  float inner_radius_px = 0;
  AIRY_TRY(ReadNumber(metadata, "ccf.order", 1, 1e6, &order));
  AIRY_TRY(ReadChoice(metadata, "ccf.part", transform::kCcfPartNames, &part));
  AIRY_TRY(ReadChoice(metadata, "ccf.scaling", transform::kCcfScalingNames, &scaling));
  AIRY_TRY(ReadNumber(metadata, "ccf.inner_radius_px", 0, 1e6, &inner_radius_px));
  if (order != std::floor(order)) {
    return InvalidArgument("metadata 'ccf.order' must be a whole number; was '" +
                           metadata.at("ccf.order") + "'");
  }
  transform::CcfOptions options;
  options.order = static_cast<int>(order);
  options.part = static_cast<transform::CcfOptions::Part>(part);
  options.scaling = static_cast<transform::CcfScaling>(scaling);
  options.grid.inner_radius_px = static_cast<double>(inner_radius_px);
  *ccf = options;
  return transform::CcfMapper::Create(kInputSize, kInputSize, options).status();
}

Status ReadInputSize(const Metadata& metadata, int* input_size) {
  if (!metadata.contains("input_size")) return OkStatus();  // before there were others
  constexpr std::array<std::string_view, 3> kSizes = {"224", "112", "56"};
  size_t halvings = 0;
  AIRY_TRY(ReadChoice(metadata, "input_size", kSizes, &halvings));
  *input_size = kInputSize >> halvings;
  return OkStatus();
}

Status ReadHead(const Metadata& metadata, Head* head) {
  if (metadata.find("head") == metadata.end())
    return OkStatus();  // before there were others
  size_t index = 0;
  AIRY_TRY(ReadChoice(metadata, "head", kHeadNames, &index));
  *head = static_cast<Head>(index);
  return OkStatus();
}

Status ParseInfo(const Metadata& metadata, CheckpointInfo* info) {
  std::string format;
  std::string classes;
  AIRY_TRY(ReadText(metadata, "format", &format));
  if (format != kFormat) {
    return InvalidArgument("metadata 'format' must be '" + std::string(kFormat) +
                           "'; was '" + format + "'");
  }
  AIRY_TRY(ReadHead(metadata, &info->head));
  AIRY_TRY(ReadText(metadata, "classes", &classes));
  info->classes = SplitNames(classes);
  AIRY_TRY(CheckClasses(info->classes, info->head));
  AIRY_TRY(ReadText(metadata, "architecture", &info->architecture));
  AIRY_TRY(ReadText(metadata, "version", &info->version));
  AIRY_TRY(ReadText(metadata, "recipe", &info->recipe));
  AIRY_TRY(ReadText(metadata, "data", &info->data));
  info->thresholds.resize(info->classes.size());
  AIRY_TRY(ReadNumbers(metadata, "thresholds", 0, 1, info->thresholds));
  AIRY_TRY(ReadNumber(metadata, "input_mean_p01", 0, 1e9, &info->input_mean_p01));
  AIRY_TRY(ReadNumber(metadata, "input_mean_p99", 0, 1e9, &info->input_mean_p99));
  AIRY_TRY(ReadInput(metadata, &info->ccf));
  AIRY_TRY(ReadInputSize(metadata, &info->input_size));
  if (metadata.contains("temperature")) {
    AIRY_TRY(ReadNumber(metadata, "temperature", 0, 1e9, &info->temperature));
  }
  for (const auto& [key, value] : metadata) {
    if (key.rfind(kMetricPrefix, 0) != 0) continue;
    info->metrics[key.substr(sizeof kMetricPrefix - 1)] = std::atof(value.c_str());
  }
  return OkStatus();
}

Metadata SerialiseInfo(const CheckpointInfo& info) {
  std::string thresholds;
  for (const float threshold : info.thresholds) {
    if (!thresholds.empty()) thresholds += ',';
    thresholds += NumberText(threshold);
  }
  Metadata metadata = {{"format", kFormat},
                       {"classes", JoinNames(info.classes)},
                       {"head", std::string(kHeadNames[static_cast<size_t>(info.head)])},
                       {"architecture", info.architecture},
                       {"version", info.version},
                       {"recipe", info.recipe},
                       {"data", info.data},
                       {"input", std::string(kInputNames[info.ccf ? 1 : 0])},
                       {"input_size", std::to_string(info.input_size)},
                       {"thresholds", thresholds},
                       {"temperature", NumberText(info.temperature)},
                       {"input_mean_p01", NumberText(info.input_mean_p01)},
                       {"input_mean_p99", NumberText(info.input_mean_p99)}};
  if (info.ccf) {
    metadata["ccf.order"] = std::to_string(info.ccf->order);
    metadata["ccf.part"] = transform::kCcfPartNames[static_cast<size_t>(info.ccf->part)];
    metadata["ccf.scaling"] =
        transform::kCcfScalingNames[static_cast<size_t>(info.ccf->scaling)];
    metadata["ccf.inner_radius_px"] = NumberText(info.ccf->grid.inner_radius_px.value_or(
        transform::kDefaultInnerRadius * kInputSize));
  }
  for (const auto& [name, value] : info.metrics) {
    metadata[std::string(kMetricPrefix).append(name)] = NumberText(value);
  }
  return metadata;
}

}  // namespace

Result<Checkpoint> ReadCheckpoint(const std::string& path) {
  AIRY_ASSIGN_OR_RETURN(Safetensors file, ReadSafetensors(path));
  Checkpoint checkpoint;
  if (Status status = ParseInfo(file.metadata, &checkpoint.info); !status.ok()) {
    return status.WithContext(path);
  }
  checkpoint.weights = std::move(file.tensors);
  checkpoint.sha256 = std::move(file.sha256);
  return checkpoint;
}

Status WriteCheckpoint(const std::string& path, const Checkpoint& checkpoint) {
  const CheckpointInfo& info = checkpoint.info;
  AIRY_TRY(CheckClasses(info.classes, info.head));
  if (info.thresholds.size() != info.classes.size()) {
    return InvalidArgument("a checkpoint needs a threshold per class, " +
                           std::to_string(info.classes.size()) + "; had " +
                           std::to_string(info.thresholds.size()));
  }
  return WriteSafetensors(path, Safetensors{SerialiseInfo(info), checkpoint.weights, {}});
}

}  // namespace airy::model

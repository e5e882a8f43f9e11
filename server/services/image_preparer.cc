#include "server/services/image_preparer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "preprocess/frame/frame.h"

namespace airy::services {
namespace {

Result<PixelType> ParseType(v1::PixelType type) {
  switch (type) {
    case v1::UINT8:
      return PixelType::kUint8;
    case v1::UINT16:
      return PixelType::kUint16;
    case v1::INT32:
      return PixelType::kInt32;
    case v1::FLOAT32:
      return PixelType::kFloat32;
    default:
      return InvalidArgument("type must be UINT8, UINT16, INT32 or FLOAT32; was " +
                             std::to_string(static_cast<int>(type)));
  }
}

Status CheckEdge(const char* name, uint32_t edge, int max_edge) {
  if (edge >= 1 && edge <= static_cast<uint32_t>(max_edge)) return OkStatus();
  return InvalidArgument(std::string(name) + " must be 1.." + std::to_string(max_edge) +
                         "; was " + std::to_string(edge));
}

bool AllFinite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(),
                     [](float v) { return std::isfinite(v); });
}

bool NoneFinite(std::span<const float> values) {
  return std::none_of(values.begin(), values.end(),
                      [](float v) { return std::isfinite(v); });
}

// What a checked image holds, without a copy. A std::string's bytes are aligned well
// enough for every pixel type.
Result<PixelView> View(const v1::Image& image, int max_edge) {
  AIRY_ASSIGN_OR_RETURN(const PixelType type, ParseType(image.type()));
  AIRY_TRY(CheckEdge("rows", image.rows(), max_edge));
  AIRY_TRY(CheckEdge("cols", image.cols(), max_edge));
  const size_t count = static_cast<size_t>(image.rows()) * image.cols();
  const size_t bytes = count * PixelSize(type);
  if (image.pixels().size() != bytes) {
    return InvalidArgument("pixels must hold " + std::to_string(bytes) + " bytes for " +
                           std::to_string(image.rows()) + "x" +
                           std::to_string(image.cols()) + " " +
                           std::string(PixelTypeName(type)) + "; held " +
                           std::to_string(image.pixels().size()));
  }
  const PixelView view =
      DenseView(image.pixels().data(), type, static_cast<int>(image.rows()),
                static_cast<int>(image.cols()));
  if (type == PixelType::kFloat32 && NoneFinite({view.Row<float>(0), count})) {
    return InvalidArgument("pixels must hold at least one finite value; all " +
                           std::to_string(count) + " are NaN or infinite");
  }
  return view;
}

// A model's options were checked when it was loaded.
std::unique_ptr<const transform::CcfMapper> MakeMapper(
    const std::optional<transform::CcfOptions>& ccf) {
  if (!ccf) return nullptr;
  return transform::CcfMapper::Create(kInputSize, kInputSize, *ccf).value();
}

}  // namespace

ImagePreparer::ImagePreparer(const ImageLimits& limits,
                             const std::optional<transform::CcfOptions>& ccf)
    : limits_(limits), ccf_(MakeMapper(ccf)), rescalers_(transform::RescaleOptions{}) {}

Result<std::vector<std::shared_ptr<const Image>>> ImagePreparer::Prepare(
    const v1::ClassifyRequest& request) {
  const int count = request.images_size();
  if (count == 0) return InvalidArgument("images must not be empty");
  if (count > limits_.max_images) {
    return ResourceExhausted("images must be 1.." + std::to_string(limits_.max_images) +
                             " in number; were " + std::to_string(count));
  }
  const float scale = request.counts_scale() == 0 ? 1 : request.counts_scale();
  if (!std::isfinite(scale) || scale < 0) {
    return InvalidArgument("counts_scale must be finite and 0 or above; was " +
                           std::to_string(scale));
  }
  std::vector<std::shared_ptr<const Image>> images;
  images.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    auto image = PrepareOne(request.images(i), scale);
    if (!image.ok()) {
      return image.status().WithContext("images[" + std::to_string(i) + "]");
    }
    images.push_back(std::move(image).value());
  }
  if (ccf_) Map(&images);
  return images;
}

Result<std::shared_ptr<const Image>> ImagePreparer::PrepareOne(const v1::Image& image,
                                                               float scale) {
  AIRY_ASSIGN_OR_RETURN(const PixelView view, View(image, limits_.max_edge));
  auto prepared = std::make_shared<Image>();
  AIRY_TRY(rescalers_.Apply(view, scale, prepared.get()));
  if (!AllFinite(prepared->pixels())) {
    return InvalidArgument("mean counts times counts_scale " + std::to_string(scale) +
                           " must stay finite in float32");
  }
  return std::shared_ptr<const Image>(std::move(prepared));
}

// Replaces images by their maps. Memory to work in is made per request: 0.1 ms, once.
void ImagePreparer::Map(std::vector<std::shared_ptr<const Image>>* images) const {
  transform::CcfMapper::Workspace workspace(*ccf_);
  for (std::shared_ptr<const Image>& image : *images) {
    auto map = std::make_shared<Image>();
    ccf_->Apply(*image, &workspace, map.get());
    image = std::move(map);
  }
}

}  // namespace airy::services

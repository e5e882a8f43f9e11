#include "client/message.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace airy::client {
namespace {

template <typename From, typename To>
void FillPixels(const PixelView& pixels, v1::PixelType type, v1::Image* message) {
  message->set_type(type);
  const auto rows = static_cast<size_t>(pixels.total_rows());
  const auto cols = static_cast<size_t>(pixels.cols);
  std::string* bytes = message->mutable_pixels();
  bytes->resize(rows * cols * sizeof(To));
  char* out = bytes->data();
  for (int row = 0; row < pixels.total_rows(); ++row) {
    const From* in = pixels.Row<From>(row);
    for (int col = 0; col < pixels.cols; ++col, out += sizeof(To)) {
      const To value = static_cast<To>(in[col * pixels.col_stride]);
      std::memcpy(out, &value, sizeof(To));
    }
  }
}

Result<Outcome> FromMessage(v1::FrameResult::Outcome outcome) {
  switch (outcome) {
    case v1::FrameResult::CLASSIFIED:
      return Outcome::kClassified;
    case v1::FrameResult::MISS:
      return Outcome::kMiss;
    case v1::FrameResult::DROPPED:
      return Outcome::kDropped;
    default:
      return Internal("the server sent an unknown outcome " +
                      std::to_string(static_cast<int>(outcome)));
  }
}

StageSeconds FromMessage(const v1::StageTimes& message) {
  return {.decode = message.decode_s(),
          .queue = message.queue_s(),
          .preprocess = message.preprocess_s(),
          .batch = message.batch_s(),
          .infer = message.infer_s(),
          .total = message.total_s()};
}

Result<Image> FromMessage(const v1::Image& message) {
  Image image(static_cast<int>(message.rows()), static_cast<int>(message.cols()));
  if (message.type() != v1::FLOAT32 ||
      message.pixels().size() != image.pixels().size_bytes()) {
    return Internal("the server sent an image that is not FLOAT32 of its own shape");
  }
  std::memcpy(image.pixels().data(), message.pixels().data(), message.pixels().size());
  return image;
}

}  // namespace

void FillImage(const PixelView& pixels, v1::Image* message) {
  message->set_rows(static_cast<uint32_t>(pixels.total_rows()));
  message->set_cols(static_cast<uint32_t>(pixels.cols));
  switch (pixels.type) {
    case PixelType::kUint8:
      return FillPixels<uint8_t, uint8_t>(pixels, v1::UINT8, message);
    case PixelType::kUint16:
      return FillPixels<uint16_t, uint16_t>(pixels, v1::UINT16, message);
    case PixelType::kUint32:
      return FillPixels<uint32_t, float>(pixels, v1::FLOAT32, message);
    case PixelType::kInt16:
      return FillPixels<int16_t, int32_t>(pixels, v1::INT32, message);
    case PixelType::kInt32:
      return FillPixels<int32_t, int32_t>(pixels, v1::INT32, message);
    case PixelType::kFloat32:
      return FillPixels<float, float>(pixels, v1::FLOAT32, message);
    case PixelType::kFloat64:
      return FillPixels<double, float>(pixels, v1::FLOAT32, message);
  }
}

ModelId FromMessage(const v1::ModelId& message) {
  return {
      .name = message.name(), .version = message.version(), .sha256 = message.sha256()};
}

Result<Prediction> FromMessage(const v1::Prediction& message) {
  if (message.probabilities_size() != kClassCount) {
    return Internal("the server sent " + std::to_string(message.probabilities_size()) +
                    " probabilities where this client knows " +
                    std::to_string(kClassCount) + " classes");
  }
  Prediction prediction;
  std::copy(message.probabilities().begin(), message.probabilities().end(),
            prediction.probabilities.begin());
  prediction.labels.assign(message.labels().begin(), message.labels().end());
  return prediction;
}

Result<FrameResult> FromMessage(const v1::FrameResult& message) {
  FrameResult result;
  result.source = message.source();
  result.train_id = message.train_id();
  result.pulse_id = message.pulse_id();
  result.detector_time_unix_ns = message.detector_time_unix_ns();
  result.arrival_unix_ns = message.arrival_unix_ns();
  AIRY_ASSIGN_OR_RETURN(result.outcome, FromMessage(message.outcome()));
  result.hit = message.hit();
  result.lit_pixels = message.lit_pixels();
  if (result.outcome == Outcome::kClassified) {
    AIRY_ASSIGN_OR_RETURN(result.prediction, FromMessage(message.prediction()));
    result.model = FromMessage(message.model());
  }
  result.seconds = FromMessage(message.times());
  result.drop_stage = message.drop_stage();
  result.drop_reason = message.drop_reason();
  if (message.has_image()) {
    AIRY_ASSIGN_OR_RETURN(result.image, FromMessage(message.image()));
  }
  result.missed = message.missed();
  return result;
}

}  // namespace airy::client

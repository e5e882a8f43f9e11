#include "server/services/result_message.h"

#include <string>

#include "preprocess/frame/image.h"
#include "server/pipeline/stage_seconds.h"

namespace airy::services {
namespace {

v1::FrameResult::Outcome ToMessage(pipeline::Outcome outcome) {
  switch (outcome) {
    case pipeline::Outcome::kClassified:
      return v1::FrameResult::CLASSIFIED;
    case pipeline::Outcome::kMiss:
      return v1::FrameResult::MISS;
    case pipeline::Outcome::kDropped:
      return v1::FrameResult::DROPPED;
  }
  return v1::FrameResult::OUTCOME_UNSPECIFIED;
}

void FillStageTimes(const pipeline::StageTimes& times, v1::StageTimes* message) {
  const pipeline::StageSeconds seconds = pipeline::ToStageSeconds(times);
  message->set_decode_s(seconds.decode);
  message->set_queue_s(seconds.queue);
  message->set_preprocess_s(seconds.preprocess);
  message->set_batch_s(seconds.batch);
  message->set_infer_s(seconds.infer);
  message->set_total_s(seconds.total);
}

void FillImage(const Image& image, v1::Image* message) {
  message->set_type(v1::FLOAT32);
  message->set_rows(static_cast<uint32_t>(image.rows()));
  message->set_cols(static_cast<uint32_t>(image.cols()));
  message->set_pixels(image.pixels().data(), image.pixels().size_bytes());
}

}  // namespace

uint16_t LabelsOf(const ClassProbabilities& probabilities,
                  const ClassProbabilities& thresholds) {
  unsigned labels = 0;
  for (size_t i = 0; i < probabilities.size(); ++i) {
    if (probabilities[i] >= thresholds[i]) labels |= 1U << i;
  }
  return static_cast<uint16_t>(labels);
}

void FillPrediction(const ClassProbabilities& probabilities, uint16_t labels,
                    v1::Prediction* message) {
  message->Clear();
  message->mutable_probabilities()->Add(probabilities.begin(), probabilities.end());
  for (size_t i = 0; i < kClassNames.size(); ++i) {
    if ((labels >> i) & 1U) message->add_labels(std::string(kClassNames[i]));
  }
}

void FillModelId(const model::ModelInfo& model, v1::ModelId* message) {
  message->set_name(model.name);
  message->set_version(model.version);
  message->set_sha256(model.sha256);
}

void FillFrameResult(const pipeline::Record& record, bool with_image,
                     v1::FrameResult* message) {
  message->Clear();
  message->set_source(std::string(record.id.source));
  message->set_train_id(record.id.train_id);
  message->set_pulse_id(record.id.pulse_id);
  message->set_detector_time_unix_ns(record.detector_time_unix_ns);
  message->set_arrival_unix_ns(record.arrival_unix_ns);
  message->set_outcome(ToMessage(record.outcome));
  message->set_hit(record.hit.is_hit);
  message->set_lit_pixels(record.hit.lit_pixels);
  FillStageTimes(record.times, message->mutable_times());
  if (record.outcome == pipeline::Outcome::kDropped) {
    message->set_drop_stage(
        std::string(pipeline::kStageNames[static_cast<size_t>(record.drop_stage)]));
    message->set_drop_reason(
        std::string(pipeline::kDropReasonNames[static_cast<size_t>(record.drop_reason)]));
  }
  if (record.outcome == pipeline::Outcome::kClassified) {
    FillPrediction(record.probabilities, record.labels, message->mutable_prediction());
    if (record.model) FillModelId(*record.model, message->mutable_model());
    if (with_image && record.image) FillImage(*record.image, message->mutable_image());
  }
}

}  // namespace airy::services

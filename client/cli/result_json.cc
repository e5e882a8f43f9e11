#include "client/cli/result_json.h"

#include <nlohmann/json.hpp>

namespace airy::cli {
namespace {

using Json = nlohmann::ordered_json;

void Add(const client::Prediction& prediction, const client::ModelId& model, Json* json) {
  Json& probabilities = (*json)["probabilities"] = Json::object();
  for (size_t i = 0; i < kClassNames.size(); ++i) {
    probabilities[std::string(kClassNames[i])] = prediction.probabilities[i];
  }
  (*json)["labels"] = prediction.labels;
  (*json)["model"] = {
      {"name", model.name}, {"version", model.version}, {"sha256", model.sha256}};
}

const char* Name(client::Outcome outcome) {
  switch (outcome) {
    case client::Outcome::kClassified:
      return "classified";
    case client::Outcome::kMiss:
      return "miss";
    case client::Outcome::kDropped:
      return "dropped";
  }
  return "";
}

// Never throws: what is not UTF-8 is replaced.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string ToJson(const client::FrameResult& result) {
  Json json = {{"source", result.source},
               {"train_id", result.train_id},
               {"pulse_id", result.pulse_id},
               {"missed", result.missed},
               {"detector_time_unix_ns", result.detector_time_unix_ns},
               {"arrival_unix_ns", result.arrival_unix_ns},
               {"outcome", Name(result.outcome)},
               {"hit", result.hit},
               {"lit_pixels", result.lit_pixels}};
  if (result.outcome == client::Outcome::kClassified) {
    Add(result.prediction, result.model, &json);
  }
  if (result.outcome == client::Outcome::kDropped) {
    json["drop"] = {{"stage", result.drop_stage}, {"reason", result.drop_reason}};
  }
  const client::StageSeconds& seconds = result.seconds;
  json["stage_s"] = {{"decode", seconds.decode},         {"queue", seconds.queue},
                     {"preprocess", seconds.preprocess}, {"batch", seconds.batch},
                     {"infer", seconds.infer},           {"total", seconds.total}};
  return Dump(json);
}

std::string ToJson(const std::string& file, int64_t index,
                   const client::Prediction& prediction, const client::ModelId& model) {
  Json json = {{"file", file}, {"index", index}};
  Add(prediction, model, &json);
  return Dump(json);
}

}  // namespace airy::cli

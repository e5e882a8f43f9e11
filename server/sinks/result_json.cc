#include "server/sinks/result_json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <string_view>

#include "server/pipeline/stage_seconds.h"

namespace airy::sinks {
namespace {

// Appends JSON to a string: Key, then one value or one bracketed group of keys.
class JsonText {
 public:
  explicit JsonText(std::string* out) : out_(out) { out_->clear(); }

  void Open(char bracket) {
    *out_ += bracket;
    first_ = true;
  }
  void Close(char bracket) {
    *out_ += bracket;
    first_ = false;
  }
  void Key(std::string_view key) {
    Separate();
    *out_ += '"';
    *out_ += key;
    *out_ += "\":";
  }
  void Element(std::string_view text) {
    Separate();
    Quote(text);
  }
  void Field(std::string_view key, std::string_view text) {
    Key(key);
    Quote(text);
  }
  void Field(std::string_view key, std::same_as<bool> auto value) {
    Key(key);
    *out_ += value ? "true" : "false";
  }
  template <typename T>
  requires std::integral<T> &&
      (!std::same_as<T, bool>)void Field(std::string_view key, T value) {
    Key(key);
    Number(value);
  }
  // The shortest text that reads back as the same value; null for what JSON cannot say.
  void Field(std::string_view key, std::floating_point auto value) {
    Key(key);
    if (std::isfinite(value)) {
      Number(value);
    } else {
      *out_ += "null";
    }
  }

 private:
  void Separate() {
    if (!first_) *out_ += ',';
    first_ = false;
  }

  template <typename T>
  void Number(T value) {
    std::array<char, 32> digits;
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_->append(digits.data(), static_cast<size_t>(end - digits.data()));
  }

  void Quote(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    *out_ += '"';
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        *out_ += '\\';
        *out_ += c;
      } else if (byte < 0x20) {
        *out_ += "\\u00";
        *out_ += kHex[byte >> 4U];
        *out_ += kHex[byte & 15U];
      } else {
        *out_ += c;
      }
    }
    *out_ += '"';
  }

  std::string* const out_;
  bool first_ = true;
};

std::string_view OutcomeName(pipeline::Outcome outcome) {
  switch (outcome) {
    case pipeline::Outcome::kClassified:
      return "classified";
    case pipeline::Outcome::kMiss:
      return "miss";
    case pipeline::Outcome::kDropped:
      return "dropped";
  }
  return "";
}

void WriteClassification(const pipeline::Record& record, JsonText* json) {
  json->Key("probabilities");
  json->Open('{');
  for (size_t i = 0; i < kClassNames.size(); ++i) {
    json->Field(kClassNames[i], record.probabilities[i]);
  }
  json->Close('}');
  json->Key("labels");
  json->Open('[');
  for (int i = 0; i < kClassCount; ++i) {
    if (HasLabel(record, i)) json->Element(kClassNames[static_cast<size_t>(i)]);
  }
  json->Close(']');
  json->Key("model");
  json->Open('{');
  json->Field("name", record.model->name);
  json->Field("version", record.model->version);
  json->Field("sha256", record.model->sha256);
  json->Close('}');
}

void WriteDrop(const pipeline::Record& record, JsonText* json) {
  json->Key("drop");
  json->Open('{');
  json->Field("stage", pipeline::kStageNames[static_cast<size_t>(record.drop_stage)]);
  json->Field("reason",
              pipeline::kDropReasonNames[static_cast<size_t>(record.drop_reason)]);
  json->Close('}');
}

void WriteStageSeconds(const pipeline::StageTimes& times, JsonText* json) {
  const pipeline::StageSeconds seconds = pipeline::ToStageSeconds(times);
  json->Key("stage_s");
  json->Open('{');
  json->Field("decode", seconds.decode);
  json->Field("queue", seconds.queue);
  json->Field("preprocess", seconds.preprocess);
  json->Field("batch", seconds.batch);
  json->Field("infer", seconds.infer);
  json->Field("total", seconds.total);
  json->Close('}');
}

}  // namespace

void WriteResultJson(const pipeline::Record& record, const JsonPosition& position,
                     std::string* out) {
  JsonText json(out);
  json.Open('{');
  json.Field("source", record.id.source);
  json.Field("train_id", record.id.train_id);
  json.Field("pulse_id", record.id.pulse_id);
  json.Field("sequence", position.sequence);
  json.Field("missed", position.missed);
  json.Field("detector_time_unix_ns", record.detector_time_unix_ns);
  json.Field("arrival_unix_ns", record.arrival_unix_ns);
  json.Field("outcome", OutcomeName(record.outcome));
  json.Field("hit", record.hit.is_hit);
  json.Field("lit_pixels", record.hit.lit_pixels);
  if (record.outcome == pipeline::Outcome::kClassified)
    WriteClassification(record, &json);
  if (record.outcome == pipeline::Outcome::kDropped) WriteDrop(record, &json);
  WriteStageSeconds(record.times, &json);
  json.Close('}');
}

}  // namespace airy::sinks

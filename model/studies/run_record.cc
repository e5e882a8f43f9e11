#include "model/studies/run_record.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <utility>

#include "model/json_cursor.h"

namespace airy::studies {
namespace {

using model::ClassMetrics;
using model::JsonCursor;
using model::JsonQuote;

constexpr std::array kTexts = {
    std::pair{std::string_view("fingerprint"), &RunRecord::fingerprint},
    std::pair{std::string_view("set"), &RunRecord::set},
    std::pair{std::string_view("device"), &RunRecord::device},
};

std::string NumberText(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

void TakeFigures(JsonCursor* json, RunRecord* record) {
  json->Take('{');
  if (json->TakeIf('}')) return;
  do {
    const std::string name = json->String();
    json->Take(':');
    record->figures[name] = json->Number();
  } while (json->TakeIf(','));
  json->Take('}');
}

// Per class [true positives, false positives, false negatives].
void TakeClasses(JsonCursor* json, RunRecord* record) {
  json->Take('[');
  if (json->TakeIf(']')) return;
  do {
    ClassMetrics one;
    json->Take('[');
    one.true_positives = static_cast<int64_t>(json->Unsigned());
    json->Take(',');
    one.false_positives = static_cast<int64_t>(json->Unsigned());
    json->Take(',');
    one.false_negatives = static_cast<int64_t>(json->Unsigned());
    json->Take(']');
    record->classes.push_back(one);
  } while (json->TakeIf(','));
  json->Take(']');
}

bool Parse(const std::string& text, RunRecord* record) {
  JsonCursor json(text);
  json.Take('{');
  for (const auto& [name, member] : kTexts) {
    if (json.String() != name) return false;
    json.Take(':');
    record->*member = json.String();
    json.Take(',');
  }
  if (json.String() != "figures") return false;
  json.Take(':');
  TakeFigures(&json, record);
  json.Take(',');
  if (json.String() != "classes") return false;
  json.Take(':');
  TakeClasses(&json, record);
  json.Take('}');
  json.End();
  return !json.failed();
}

}  // namespace

void Add(const model::Metrics& test, RunRecord* record) {
  record->figures["images"] = static_cast<double>(test.images);
  record->figures["accuracy"] = test.Accuracy();
  record->figures["precision"] = test.Precision();
  record->figures["recall"] = test.Recall();
  record->figures["macro_f1"] = test.MacroF1();
  record->classes.assign(test.classes.begin(), test.classes.end());
}

Status WriteRunRecord(const std::string& path, const RunRecord& record) {
  std::string text = "{";
  for (const auto& [name, member] : kTexts) {
    text += JsonQuote(name) + ":" + JsonQuote(record.*member) + ",";
  }
  text += "\"figures\":{";
  for (const auto& [name, value] : record.figures) {
    if (text.back() != '{') text += ',';
    text += JsonQuote(name) + ":" + NumberText(value);
  }
  text += "},\"classes\":[";
  for (const ClassMetrics& one : record.classes) {
    if (text.back() != '[') text += ',';
    text += "[" + std::to_string(one.true_positives) + "," +
            std::to_string(one.false_positives) + "," +
            std::to_string(one.false_negatives) + "]";
  }
  text += "]}";
  const std::string unfinished = path + ".partial";
  std::ofstream out(unfinished, std::ios::trunc);
  out << text << std::endl;
  out.close();
  std::error_code failed;
  if (out) std::filesystem::rename(unfinished, path, failed);
  if (!out || failed) return Unavailable(path + ": cannot be written");
  return OkStatus();
}

Result<RunRecord> ReadRunRecord(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  if (!file || !std::getline(file, text)) return NotFound(path + ": cannot be read");
  RunRecord record;
  if (!Parse(text, &record)) {
    return DataLoss(path + ": must be a run's figures as one line of JSON");
  }
  return record;
}

}  // namespace airy::studies

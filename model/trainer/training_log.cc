#include "model/trainer/training_log.h"

#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <string_view>
#include <utility>

#include "model/json_cursor.h"

namespace airy::trainer {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

constexpr std::array kMembers = {
    std::pair{std::string_view("epoch"), &LoggedEpoch::epoch},
    std::pair{std::string_view("train_loss"), &LoggedEpoch::train_loss},
    std::pair{std::string_view("validation_loss"), &LoggedEpoch::validation_loss},
    std::pair{std::string_view("validation_macro_f1"), &LoggedEpoch::validation_macro_f1},
    std::pair{std::string_view("learning_rate"), &LoggedEpoch::learning_rate},
};

// A number; kUnknown for a string, true, false or null.
double TakeValue(model::JsonCursor* json) {
  for (const std::string_view word : {"true", "false", "null"}) {
    if (!json->TakeIf(word[0])) continue;
    for (const char letter : word.substr(1)) json->Take(letter);
    return kUnknown;
  }
  if (!json->NextIs('"')) return json->Number();
  json->String();
  return kUnknown;
}

bool ParseLine(const std::string& line, LoggedEpoch* row) {
  model::JsonCursor json(line);
  json.Take('{');
  do {
    const std::string name = json.String();
    json.Take(':');
    const double value = TakeValue(&json);
    for (const auto& [known, member] : kMembers) {
      if (name == known) row->*member = value;
    }
  } while (json.TakeIf(','));
  json.Take('}');
  json.End();
  return !json.failed() && !std::isnan(row->epoch);
}

}  // namespace

Result<std::vector<LoggedEpoch>> ReadTrainingLog(const std::string& path) {
  std::ifstream file(path);
  if (!file) return NotFound("log '" + path + "' cannot be read");
  std::vector<LoggedEpoch> rows;
  for (std::string line; std::getline(file, line) && !file.eof();) {
    LoggedEpoch row{kUnknown, kUnknown, kUnknown, kUnknown, kUnknown};
    if (!ParseLine(line, &row)) {
      return DataLoss(path + " line " + std::to_string(rows.size() + 1) +
                      " must be a JSON object with the number \"epoch\"");
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace airy::trainer

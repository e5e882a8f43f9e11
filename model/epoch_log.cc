#include "model/epoch_log.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace airy::model {

Status BeginEpochLog(const std::string& path, int epochs) {
  std::string kept;
  if (epochs > 0) {
    std::ifstream before(path);
    int lines = 0;
    for (std::string line; lines < epochs && std::getline(before, line); ++lines) {
      kept += line + "\n";
    }
    if (lines < epochs) {
      return DataLoss(path + " must have a line for each of the " +
                      std::to_string(epochs) + " epochs done; had " +
                      std::to_string(lines));
    }
  }
  const std::string unfinished = path + ".partial";
  std::ofstream out(unfinished, std::ios::trunc);
  out << kept << std::flush;
  std::error_code failed;
  if (out) std::filesystem::rename(unfinished, path, failed);
  if (!out || failed) return NotFound("log '" + path + "' cannot be written");
  return OkStatus();
}

Status AppendToEpochLog(const std::string& path, const EpochRecord& record) {
  char line[512];
  std::snprintf(line, sizeof line,
                "{\"epoch\":%d,\"size\":%d,\"train_loss\":%.9g,\"scored_on\":\"%s\","
                "\"validation_loss\":%.9g,\"validation_macro_f1\":%.6f,"
                "\"validation_accuracy\":%.6f,\"learning_rate\":%.9g,"
                "\"images_per_s\":%.3f,\"wait_seconds\":%.3f,\"seconds\":%.3f}",
                record.epoch, record.size, record.train_loss, record.scored_on,
                record.validation_loss, record.validation_macro_f1,
                record.validation_accuracy, record.learning_rate, record.images_per_s,
                record.wait_seconds, record.seconds);
  std::ofstream out(path, std::ios::app);
  out << line << std::endl;
  if (!out) return NotFound("log '" + path + "' cannot be written");
  return OkStatus();
}

}  // namespace airy::model

#include "server/config_files.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

namespace airy::server {
namespace {

namespace fs = std::filesystem;

std::string LastError() {
  return std::error_code(errno, std::generic_category()).message();
}

// Why the file cannot be read; "" when it can.
std::string WhyUnreadable(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return error.message();
  if (fs::is_directory(status)) return "is a folder";
  if (!fs::is_regular_file(status)) return "is no regular file";
  return access(path.c_str(), R_OK) == 0 ? "" : LastError();
}

// Why the folder can neither be written nor made; "" when it can.
std::string WhyUnwritable(const std::string& path) {
  std::error_code error;
  fs::path nearest = fs::absolute(path, error);
  while (!fs::exists(nearest, error) && nearest.has_relative_path()) {
    nearest = nearest.parent_path();
  }
  if (!fs::is_directory(nearest, error)) return nearest.string() + " is no folder";
  if (access(nearest.c_str(), W_OK | X_OK) == 0) return "";
  return nearest.string() + ": " + LastError();
}

void CheckFile(const std::string& key, const std::string& path,
               const ConfigReport& report) {
  if (const std::string why = WhyUnreadable(path); !why.empty()) {
    report({key}, key + " must be a file that can be read; was \"" + path + "\": " + why);
  }
}

}  // namespace

void CheckNamedFiles(const Config& config, const ConfigReport& report) {
  CheckFile("engine.checkpoint", config.engine.checkpoint, report);
  for (const auto& [name, source] : config.sources) {
    const std::string section = "source." + name;
    if (!source.mask.path.empty()) {
      CheckFile(section + ".mask_file", source.mask.path, report);
    }
    if (!source.dark.path.empty()) {
      CheckFile(section + ".dark_file", source.dark.path, report);
    }
  }
  if (!config.recorder_enabled) return;
  if (const std::string why = WhyUnwritable(config.recorder.folder); !why.empty()) {
    report({"recorder.directory", "recorder.enabled"},
           "recorder.directory must be a folder that is writable or can be made; was \"" +
               config.recorder.folder + "\": " + why);
  }
}

}  // namespace airy::server

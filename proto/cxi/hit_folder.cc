#include "proto/cxi/hit_folder.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <regex>

#include "proto/cxi/file_lock.h"
#include "proto/cxi/superblock.h"

namespace airy::cxi {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> FileNames(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; it != end && !error;
       it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The name of a hit, views or index file whose writing was not finished.
bool IsPartial(const std::string& name) {
  static const std::regex pattern(
      R"(.+_\d+x\d+_[a-z]+\d+_(\d{5,9}(_views)?|index)\.cxi\.partial)");
  return std::regex_match(name, pattern);
}

}  // namespace

std::string HitSeriesName(std::string_view run, std::string_view source, int rows,
                          int cols, PixelType type) {
  return std::string(run) + "_" + std::string(source) + "_" + std::to_string(rows) + "x" +
         std::to_string(cols) + "_" + std::string(PixelTypeName(type));
}

std::string ToFileName(const HitFileName& name) {
  std::array<char, 32> number{};
  std::snprintf(number.data(), number.size(), "_%05d.cxi", name.number);
  return name.series + number.data();
}

std::string IndexFileName(std::string_view series) {
  return std::string(series) + "_index.cxi";
}

std::string ViewsFileName(const std::string& hit_file_name) {
  return fs::path(hit_file_name).stem().string() + "_views.cxi";
}

std::optional<HitFileName> ParseHitFileName(const std::string& file_name) {
  static const std::regex pattern(R"((.+_\d+x\d+_[a-z]+\d+)_(\d{5,9})\.cxi)");
  std::smatch match;
  if (!std::regex_match(file_name, match, pattern)) return std::nullopt;
  return HitFileName{match[1], std::stoi(match[2])};
}

std::vector<HitFileName> FindHitFiles(const std::string& folder,
                                      std::string_view series) {
  std::vector<HitFileName> files;
  for (const std::string& file_name : FileNames(folder)) {
    std::optional<HitFileName> name = ParseHitFileName(file_name);
    if (name && name->series == series) files.push_back(*std::move(name));
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return files;
}

MendedFolder MendHitFiles(const std::string& folder) {
  MendedFolder result;
  for (const std::string& name : FileNames(folder)) {
    const std::string path = (fs::path(folder) / name).string();
    if (IsPartial(name)) {
      const bool unused = FileLock::Take(path).ok();
      if (unused && std::remove(path.c_str()) == 0) result.removed.push_back(name);
    } else if (ParseHitFileName(name)) {
      const Result<bool> mended = ClearWriterMarks(path);
      if (mended.ok() && *mended) result.mended.push_back(name);
      if (!mended.ok() && mended.status().code() != StatusCode::kUnavailable) {
        result.failures.push_back(mended.status());
      }
    }
  }
  return result;
}

}  // namespace airy::cxi

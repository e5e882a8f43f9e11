#include "proto/images/image_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace airy::images {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> kEndings = {".cxi", ".h5",  ".hdf5", ".nxs",
                                                      ".png", ".tif", ".tiff"};
constexpr std::array<std::string_view, 2> kRepeats = {"_views.cxi", "_index.cxi"};

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool IsImageFile(const fs::path& path) {
  std::string name = path.filename().string();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto ends = [&name](std::string_view ending) { return name.ends_with(ending); };
  return std::any_of(kEndings.begin(), kEndings.end(), ends) &&
         std::none_of(kRepeats.begin(), kRepeats.end(), ends);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The length of the run of digits at the front.
size_t DigitsAt(std::string_view text) {
  return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), IsDigit) -
                             text.begin());
}

// Takes a run of digits off the front, and returns it without leading zeros.
std::string_view TakeNumber(std::string_view* text) {
  std::string_view number = text->substr(0, DigitsAt(*text));
  text->remove_prefix(number.size());
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

// Names in order, runs of digits by their value.
bool ByNumber(const std::string& left, const std::string& right) {
  std::string_view a = left;
  std::string_view b = right;
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a.front()) && IsDigit(b.front())) {
      const std::string_view x = TakeNumber(&a);
      const std::string_view y = TakeNumber(&b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return left < right;  // "1" and "01"
}

}  // namespace

Result<ImageName> ParseImageName(const std::string& name) {
  if (Exists(name)) return ImageName{name, ""};
  for (size_t colon = name.find(":/"); colon != std::string::npos;
       colon = name.find(":/", colon + 1)) {
    const std::string path = name.substr(0, colon);
    if (Exists(path)) return ImageName{path, name.substr(colon + 1)};
  }
  return NotFound(name + ": no such file or folder");
}

Result<std::vector<std::string>> ImageFiles(const std::string& name) {
  AIRY_ASSIGN_OR_RETURN(const ImageName parsed, ParseImageName(name));
  std::error_code error;
  if (!fs::is_directory(parsed.path, error)) return std::vector<std::string>{name};
  std::vector<std::string> files;
  for (fs::directory_iterator entry(parsed.path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_regular_file(error) && IsImageFile(entry->path())) {
      files.push_back(entry->path().string());
    }
  }
  if (error) return NotFound(parsed.path + ": " + error.message());
  if (files.empty()) {
    std::string endings;
    for (const std::string_view ending : kEndings) endings += " *" + std::string(ending);
    return NotFound(parsed.path + ": holds no image files; looked for" + endings);
  }
  std::sort(files.begin(), files.end(), ByNumber);
  if (!parsed.dataset.empty()) {
    for (std::string& file : files) file += ":" + parsed.dataset;
  }
  return files;
}

Result<std::vector<std::string>> ClassFolders(const std::string& name) {
  AIRY_ASSIGN_OR_RETURN(const ImageName parsed, ParseImageName(name));
  std::vector<std::string> folders;
  std::error_code error;
  if (!fs::is_directory(parsed.path, error)) return folders;
  for (fs::directory_iterator entry(parsed.path, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    if (entry->is_regular_file(error) && IsImageFile(path)) {
      return std::vector<std::string>();
    }
    if (entry->is_directory(error) && !path.filename().string().starts_with('.')) {
      folders.push_back(path.string());
    }
  }
  if (error) return NotFound(parsed.path + ": " + error.message());
  std::sort(folders.begin(), folders.end(), [](const auto& left, const auto& right) {
    return ByNumber(ClassNameOf(left), ClassNameOf(right));
  });
  if (!parsed.dataset.empty()) {
    for (std::string& folder : folders) folder += ":" + parsed.dataset;
  }
  return folders;
}

std::string ClassNameOf(const std::string& folder) {
  const Result<ImageName> parsed = ParseImageName(folder);
  std::string name = fs::path(parsed.ok() ? parsed->path : folder).filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return std::isalnum(c) != 0 ? static_cast<char>(std::tolower(c)) : '_';
  });
  return name;
}

}  // namespace airy::images

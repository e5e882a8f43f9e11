#include "server/config_inputs.h"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace airy::server {
namespace {

std::string Place(const std::string& path, const toml::source_position& at) {
  std::ostringstream place;
  place << path << ':' << at.line << ':' << at.column;
  return place.str();
}

std::optional<ConfigValue> ToValue(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return ConfigValue(flag->get());
  if (const auto* integer = node.as_integer()) return ConfigValue(integer->get());
  if (const auto* number = node.as_floating_point()) return ConfigValue(number->get());
  if (const auto* text = node.as_string()) return ConfigValue(text->get());
  return std::nullopt;
}

void Flatten(const std::string& path, const std::string& prefix, const toml::table& table,
             std::vector<Setting>* settings, std::vector<std::string>* problems) {
  for (const auto& [name, node] : table) {
    std::string key = prefix;
    key.append(prefix.empty() ? "" : ".").append(name.str());
    if (const auto* inner = node.as_table()) {
      settings->push_back({key, {}, false, true, Place(path, inner->source().begin)});
      Flatten(path, key, *inner, settings, problems);
      continue;
    }
    const auto value = ToValue(node);
    const std::string place = Place(path, node.source().begin);
    if (value) {
      settings->push_back({key, *value, false, false, place});
    } else {
      problems->push_back(key +
                          " must be a word, a number, true or false; was a list or date" +
                          " (" + place + ")");
    }
  }
}

std::optional<int64_t> ParseInteger(const std::string& word) {
  int64_t value = 0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<double> ParseNumber(const std::string& word) {
  double value = 0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Where the line and column of `at` are in `text`; its size when they are not there.
size_t OffsetOf(const std::string& text, const toml::source_position& at) {
  size_t offset = 0;
  for (uint32_t line = 1; line < at.line; ++line) {
    offset = text.find('\n', offset);
    if (offset == std::string::npos) return text.size();
    ++offset;
  }
  for (uint32_t column = 1; column < at.column && offset < text.size(); ++column) {
    do {
      ++offset;  // columns count characters, not bytes
    } while (offset < text.size() && (text[offset] & 0xC0) == 0x80);
  }
  return offset;
}

// One integer beyond 64 bits makes a whole file invalid. As a number with a point it is
// read, and refused with its key like any other value out of range. False: the error is
// another one.
bool MendLargeInteger(const toml::parse_error& error, std::string* text) {
  const std::string_view what = error.description();
  const size_t end = OffsetOf(*text, error.source().begin);
  if (what.find("decimal integer") == std::string_view::npos ||
      what.find("64 bits") == std::string_view::npos || end == 0 ||
      std::isdigit(static_cast<unsigned char>((*text)[end - 1])) == 0) {
    return false;
  }
  text->insert(end, ".0");
  return true;
}

}  // namespace

void ReadTomlFile(const std::string& path, std::vector<Setting>* settings,
                  std::vector<std::string>* problems) {
  const std::string unreadable = "cannot read the configuration file " + path;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    problems->push_back(unreadable + ": is a folder");
    return;
  }
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file.is_open() || content.bad()) {
    problems->push_back(unreadable);
    return;
  }
  std::string text = content.str();
  toml::parse_result parsed = toml::parse(text);
  while (!parsed && MendLargeInteger(parsed.error(), &text)) parsed = toml::parse(text);
  if (!parsed) {
    std::ostringstream problem;
    problem << "not valid TOML: " << parsed.error().description() << " ("
            << Place(path, parsed.error().source().begin) << ')';
    problems->push_back(problem.str());
    return;
  }
  Flatten(path, "", parsed.table(), settings, problems);
}

void ReadEnvironment(const std::vector<std::string>& environment,
                     std::vector<Setting>* settings) {
  constexpr std::string_view kPrefix = "AIRY_";
  for (const std::string& entry : environment) {
    const size_t equals = entry.find('=');
    if (equals == std::string::npos || !entry.starts_with(kPrefix)) continue;
    const std::string name = entry.substr(0, equals);
    if (name.find("__") == std::string::npos) continue;
    std::string key;
    for (size_t i = kPrefix.size(); i < name.size(); ++i) {
      if (name.compare(i, 2, "__") == 0) {
        key += '.';
        ++i;
      } else {
        key += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
      }
    }
    settings->push_back({key, entry.substr(equals + 1), true, false, name});
  }
}

void ReadAssignments(const std::vector<std::string>& assignments,
                     std::vector<Setting>* settings, std::vector<std::string>* problems) {
  for (const std::string& assignment : assignments) {
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0) {
      problems->push_back("--set takes section.key=value; was \"" + assignment + '"');
      continue;
    }
    settings->push_back({assignment.substr(0, equals), assignment.substr(equals + 1),
                         true, false, "--set " + assignment});
  }
}

ConfigValue InterpretWord(const std::string& word, bool is_text) {
  if (is_text) return word;
  if (word == "true") return true;
  if (word == "false") return false;
  if (const auto integer = ParseInteger(word)) return *integer;
  if (const auto number = ParseNumber(word)) return *number;
  return word;
}

}  // namespace airy::server

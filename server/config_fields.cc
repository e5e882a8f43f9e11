#include "server/config_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace airy::server {
namespace {

std::string NumberText(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::string RangeText(double low, double high) {
  std::string text = NumberText(low);
  text += "..";
  return text + NumberText(high);
}

// A number may be written without a decimal point.
std::optional<double> AsNumber(const ConfigValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    return static_cast<double>(*integer);
  }
  return std::nullopt;
}

bool InRange(std::optional<double> number, double low, double high) {
  return number && *number >= low && *number <= high;  // false for NaN
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string ToToml(const ConfigValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return Quoted(*text);
  if (const auto* number = std::get_if<double>(&value)) {
    std::string text = NumberText(*number);
    // TOML tells 1.0 from 1.
    if (text.find_first_of(".en") == std::string::npos) text += ".0";
    return text;
  }
  if (const auto* integer = std::get_if<int64_t>(&value)) return std::to_string(*integer);
  return std::get<bool>(value) ? "true" : "false";
}

std::string OneOf(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 < words.size() ? ", " : " or ";
    text += Quoted(words[i]);
  }
  return text;
}

ConfigField& SectionFields::Add(const char* name, std::string range, const char* unit,
                                const char* help) {
  ConfigField& field = fields_->emplace_back();
  field.key = section_;
  field.key.append(".").append(name);
  field.range = std::move(range);
  field.unit = unit;
  field.help = help;
  return field;
}

void SectionFields::Bool(const char* name, bool* member, const char* help) {
  ConfigField& field = Add(name, "true or false", "", help);
  field.get = [member] { return ConfigValue(*member); };
  field.set = [member](const ConfigValue& value) {
    const bool* flag = std::get_if<bool>(&value);
    if (flag != nullptr) *member = *flag;
    return flag != nullptr;
  };
}

void SectionFields::AddInteger(const char* name, std::function<int64_t()> get,
                               std::function<void(int64_t)> set, int64_t low,
                               int64_t high, const char* unit, const char* help) {
  ConfigField& field =
      Add(name, std::to_string(low) + ".." + std::to_string(high), unit, help);
  field.is_whole = true;
  field.get = [get = std::move(get)] { return ConfigValue(get()); };
  field.set = [set = std::move(set), low, high](const ConfigValue& value) {
    const int64_t* integer = std::get_if<int64_t>(&value);
    if (integer == nullptr || *integer < low || *integer > high) return false;
    set(*integer);
    return true;
  };
}

void SectionFields::Seconds(const char* name, std::chrono::seconds* member, int64_t low,
                            int64_t high, const char* help) {
  AddInteger(
      name, [member] { return static_cast<int64_t>(member->count()); },
      [member](int64_t value) { *member = std::chrono::seconds(value); }, low, high, "s",
      help);
}

void SectionFields::Number(const char* name, double* member, double low, double high,
                           const char* unit, const char* help) {
  ConfigField& field = Add(name, RangeText(low, high), unit, help);
  field.get = [member] { return ConfigValue(*member); };
  field.set = [member, low, high](const ConfigValue& value) {
    const auto number = AsNumber(value);
    if (!InRange(number, low, high)) return false;
    *member = *number;
    return true;
  };
}

void SectionFields::OptionalNumber(const char* name, std::optional<double>* member,
                                   double low, double high, const char* absent,
                                   const char* unit, const char* help) {
  ConfigField& field =
      Add(name, RangeText(low, high) + " or \"" + absent + '"', unit, help);
  field.get = [member, absent] {
    return *member ? ConfigValue(**member) : ConfigValue(std::string(absent));
  };
  field.set = [member, low, high, absent](const ConfigValue& value) {
    const auto* word = std::get_if<std::string>(&value);
    const auto number = AsNumber(value);
    if (word != nullptr && *word == absent) {
      member->reset();
      return true;
    }
    if (!InRange(number, low, high)) return false;
    *member = *number;
    return true;
  };
}

void SectionFields::Text(const char* name, std::string* member, const char* help,
                         std::string range,
                         std::function<bool(std::string_view)> is_valid) {
  ConfigField& field = Add(name, std::move(range), "", help);
  field.is_text = true;
  field.get = [member] { return ConfigValue(*member); };
  field.set = [member, is_valid = std::move(is_valid)](const ConfigValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || (is_valid && !is_valid(*text))) return false;
    *member = *text;
    return true;
  };
}

void SectionFields::AddChoice(const char* name, std::function<size_t()> get,
                              std::function<void(size_t)> set,
                              std::vector<std::string> names, const char* help) {
  ConfigField& field = Add(name, OneOf(names), "", help);
  field.is_text = true;
  field.get = [get = std::move(get), names] { return ConfigValue(names[get()]); };
  field.set = [set = std::move(set), names](const ConfigValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    const auto found =
        text == nullptr ? names.end() : std::find(names.begin(), names.end(), *text);
    if (found == names.end()) return false;
    set(static_cast<size_t>(found - names.begin()));
    return true;
  };
}

}  // namespace airy::server

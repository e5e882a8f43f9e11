#include "model/trainer/flags.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace airy::trainer {
namespace {

std::string Tidy(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

}  // namespace

std::vector<std::string> SplitAt(char separator, const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool ParseUnsigned(std::string_view text, uint64_t* value) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size();
}

Result<Flags> Flags::Parse(std::span<const char* const> arguments,
                           std::span<const std::string_view> switches,
                           std::span<const std::string_view> valued) {
  const auto listed = [](std::span<const std::string_view> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  Flags flags;
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::string name = arguments[i];
    if (name.rfind("--", 0) != 0) {
      return InvalidArgument("expected an option such as --out; found '" + name + "'");
    }
    name.erase(0, 2);
    const size_t equals = name.find('=');
    const bool attached = equals != std::string::npos;
    std::string value = attached ? name.substr(equals + 1) : "true";
    name = name.substr(0, equals);
    if (listed(valued, name)) {
      if (!attached && ++i == arguments.size()) {
        return InvalidArgument("option --" + name + " needs a value");
      }
      if (!attached) value = arguments[i];
    } else if (!listed(switches, name) || attached) {
      return InvalidArgument("unknown option '--" + name + "'; try --help");
    }
    if (!flags.values_.emplace(name, value).second) {
      return InvalidArgument("option --" + name + " is given twice");
    }
  }
  return flags;
}

void Flags::Text(const std::string& name, std::string* value) const {
  if (const auto found = values_.find(name); found != values_.end())
    *value = found->second;
}

Status Flags::Number(const std::string& name, double low, double high,
                     double* value) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return OkStatus();
  char* end = nullptr;
  const double parsed = std::strtod(found->second.c_str(), &end);
  if (found->second.empty() || *end != '\0' || !(parsed >= low && parsed <= high)) {
    return InvalidArgument("option --" + name + " must be a number in " + Tidy(low) +
                           ".." + Tidy(high) + "; was '" + found->second + "'");
  }
  *value = parsed;
  return OkStatus();
}

Status Flags::Integer(const std::string& name, int low, int high, int* value) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return OkStatus();
  const char* begin = found->second.data();
  const char* end = begin + found->second.size();
  int parsed = 0;
  const auto result = std::from_chars(begin, end, parsed);
  if (result.ec != std::errc() || result.ptr != end || parsed < low || parsed > high) {
    return InvalidArgument("option --" + name + " must be a whole number in " +
                           std::to_string(low) + ".." + std::to_string(high) + "; was '" +
                           found->second + "'");
  }
  *value = parsed;
  return OkStatus();
}

Status Flags::Find(const std::string& name, std::span<const std::string_view> names,
                   size_t* index) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return OkStatus();
  std::string allowed;
  for (size_t i = 0; i < names.size(); ++i) {
    if (found->second == names[i]) {
      *index = i;
      return OkStatus();
    }
    const bool is_last = i + 1 == names.size();
    allowed.append(i == 0 ? "" : is_last ? " or " : ", ").append(names[i]);
  }
  return InvalidArgument("option --" + name + " must be " + allowed + "; was '" +
                         found->second + "'");
}

Status Flags::Seed(const std::string& name, uint64_t* value) const {
  const auto found = values_.find(name);
  if (found == values_.end() || ParseUnsigned(found->second, value)) return OkStatus();
  return InvalidArgument("option --" + name +
                         " must be a whole number in 0..18446744073709551615; was '" +
                         found->second + "'");
}

}  // namespace airy::trainer

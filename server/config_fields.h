#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace airy::server {

using ConfigValue = std::variant<bool, int64_t, double, std::string>;

// How a value is written in TOML: `true`, `8`, `0.5`, `"text"`.
std::string ToToml(const ConfigValue& value);

// `"a", "b" or "c"`.
std::string OneOf(const std::vector<std::string>& words);

// One configurable value, bound to the member that holds it.
struct ConfigField {
  std::string key;    // "batch.max_size"
  std::string range;  // "1..512", "true or false"
  std::string unit;   // may be empty
  std::string help;
  bool is_whole = false;  // takes no number with a point
  bool is_text = false;   // a word is taken as it stands, even if it looks like a number
  std::function<bool(const ConfigValue&)> set;  // false: out of range; nothing changes
  std::function<ConfigValue()> get;
};

// Builds the fields of one section. Each call binds a member: the one place where its
// name, range, unit and meaning are written; parsing, checks, --print-config and the
// reference all come from it. The members must outlive the fields.
class SectionFields {
 public:
  SectionFields(std::string section, std::vector<ConfigField>* fields)
      : section_(std::move(section)), fields_(fields) {}

  void Bool(const char* name, bool* member, const char* help);
  // A whole number low..high.
  template <std::integral T>
  void Integer(const char* name, T* member, int64_t low, int64_t high, const char* unit,
               const char* help) {
    AddInteger(
        name, [member] { return static_cast<int64_t>(*member); },
        [member](int64_t value) { *member = static_cast<T>(value); }, low, high, unit,
        help);
  }
  void Seconds(const char* name, std::chrono::seconds* member, int64_t low, int64_t high,
               const char* help);
  void Number(const char* name, double* member, double low, double high, const char* unit,
              const char* help);
  // A number, or `absent` for none.
  void OptionalNumber(const char* name, std::optional<double>* member, double low,
                      double high, const char* absent, const char* unit,
                      const char* help);
  // Any text that `is_valid` accepts, as `range` says.
  void Text(const char* name, std::string* member, const char* help,
            std::string range = "text",
            std::function<bool(std::string_view)> is_valid = nullptr);
  // One of `names`, which are in the order of the enum's values.
  template <typename Enum, typename Names>
  requires std::is_enum_v<Enum>
  void Choice(const char* name, Enum* member, const Names& names, const char* help) {
    AddChoice(
        name, [member] { return static_cast<size_t>(*member); },
        [member](size_t index) { *member = static_cast<Enum>(index); },
        {std::begin(names), std::end(names)}, help);
  }
  void AddChoice(const char* name, std::function<size_t()> get,
                 std::function<void(size_t)> set, std::vector<std::string> names,
                 const char* help);

 private:
  void AddInteger(const char* name, std::function<int64_t()> get,
                  std::function<void(int64_t)> set, int64_t low, int64_t high,
                  const char* unit, const char* help);
  ConfigField& Add(const char* name, std::string range, const char* unit,
                   const char* help);

  const std::string section_;
  std::vector<ConfigField>* const fields_;
};

}  // namespace airy::server

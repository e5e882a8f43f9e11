#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "preprocess/frame/result.h"

namespace airy::trainer {

// The options of one command, "--name value" or "--name=value"; a name alone is "true".
// Getters leave `value` untouched when the option was not given, so that defaults stand
// where they are declared. Errors name the option, its value and what is allowed.
class Flags {
 public:
  // `switches`: names that stand alone; `valued`: names that need a value.
  // InvalidArgument for any other name, a repeated one, or a word that is no option.
  static Result<Flags> Parse(std::span<const char* const> arguments,
                             std::span<const std::string_view> switches,
                             std::span<const std::string_view> valued);

  bool Has(const std::string& name) const { return values_.count(name) != 0; }
  void Text(const std::string& name, std::string* value) const;
  Status Number(const std::string& name, double low, double high, double* value) const;
  Status Integer(const std::string& name, int low, int high, int* value) const;
  // One of `names`, which are in the order of the values from 0 on.
  template <typename T>
  Status Choice(const std::string& name, std::span<const std::string_view> names,
                T* value) const {
    auto index = static_cast<size_t>(*value);
    AIRY_TRY(Find(name, names, &index));
    *value = static_cast<T>(index);
    return OkStatus();
  }
  Status Seed(const std::string& name, uint64_t* value) const;

 private:
  Status Find(const std::string& name, std::span<const std::string_view> names,
              size_t* index) const;

  std::map<std::string, std::string> values_;
};

// The parts of `text` between separators; one empty part for an empty text.
std::vector<std::string> SplitAt(char separator, const std::string& text);

// `text` as an unsigned integer in decimal, the whole of it; false when it is none.
bool ParseUnsigned(std::string_view text, uint64_t* value);

}  // namespace airy::trainer

#include "model/class_list.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "preprocess/frame/check.h"
#include "preprocess/frame/classes.h"

namespace airy::model {

ClassList ElevenClasses() { return {kClassNames.begin(), kClassNames.end()}; }

bool AreTheEleven(const ClassList& classes) {
  return std::ranges::equal(classes, kClassNames);
}

Status CheckClassList(const ClassList& classes) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_";
  bool good = classes.size() >= 2 && classes.size() <= 64 &&
              std::set(classes.begin(), classes.end()).size() == classes.size();
  for (const std::string& name : classes) {
    good = good && !name.empty() && name.find_first_not_of(kAllowed) == std::string::npos;
  }
  if (good) return OkStatus();
  return InvalidArgument(
      "'classes' must be 2..64 distinct names of a-z, 0-9 and _; was '" +
      JoinNames(classes) + "'");
}

std::string JoinNames(const ClassList& classes) {
  std::string text;
  for (const std::string& name : classes)
    text.append(text.empty() ? "" : ",").append(name);
  return text;
}

ClassList SplitNames(const std::string& text) {
  ClassList names(1);
  for (const char letter : text) {
    if (letter == ',') {
      names.emplace_back();
    } else {
      names.back() += letter;
    }
  }
  return names;
}

std::string NamesOf(std::span<const uint8_t> labels, const ClassList& classes) {
  AIRY_CHECK(labels.size() == classes.size());
  std::string names;
  for (size_t c = 0; c < classes.size(); ++c) {
    if (labels[c] == 0) continue;
    if (!names.empty()) names += '+';
    names += classes[c];
  }
  return names.empty() ? "none" : names;
}

}  // namespace airy::model

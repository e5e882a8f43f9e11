#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "preprocess/frame/status.h"

namespace airy::model {

// The names of a set's or a model's classes, in the order of their columns. Sets of
// helium nanodroplets have the eleven of preprocess/frame/classes.h, which have rules
// (preprocess/frame/label_rules.h) and are the only ones that are served; others may be
// learned and measured.
using ClassList = std::vector<std::string>;

ClassList ElevenClasses();
bool AreTheEleven(const ClassList& classes);

// InvalidArgument unless these are 2..64 distinct names of a-z, 0-9 and _.
Status CheckClassList(const ClassList& classes);

// "round,prolate", and back.
std::string JoinNames(const ClassList& classes);
ClassList SplitNames(const std::string& text);

// "prolate+streak"; "none" where no class applies. One label per class.
std::string NamesOf(std::span<const uint8_t> labels, const ClassList& classes);

}  // namespace airy::model

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "preprocess/frame/classes.h"
#include "preprocess/frame/status.h"

namespace airy {

// The classes of one image: 1 where the class applies.
using Labels = std::array<uint8_t, kClassCount>;

// "prolate+streak+bent"; "none" where no class applies.
std::string NamesOf(const Labels& labels);

// What holds between two classes in every image.
struct LabelRule {
  enum class Kind {
    kExcludes,  // never both
    kNeeds,     // the first only together with the second
  };
  ClassIndex first;
  Kind kind;
  ClassIndex second;

  bool IsBrokenBy(const Labels& labels) const {
    const bool has_second = labels[static_cast<size_t>(second)] != 0;
    return labels[static_cast<size_t>(first)] != 0 &&
           has_second == (kind == Kind::kExcludes);
  }
};

// "round needs spherical_oblate", "empty excludes streak"
std::string Describe(const LabelRule& rule);

// The rules that hold without exception in the 7264 images of CXIDB-94.
inline constexpr std::array kLabelRules = {
    LabelRule{kSphericalOblate, LabelRule::Kind::kExcludes, kProlate},
    LabelRule{kSphericalOblate, LabelRule::Kind::kExcludes, kStreak},
    LabelRule{kSphericalOblate, LabelRule::Kind::kExcludes, kBent},
    LabelRule{kRound, LabelRule::Kind::kNeeds, kSphericalOblate},
    LabelRule{kElliptical, LabelRule::Kind::kNeeds, kSphericalOblate},
    LabelRule{kRound, LabelRule::Kind::kExcludes, kElliptical},
    LabelRule{kEmpty, LabelRule::Kind::kExcludes, kSphericalOblate},
    LabelRule{kEmpty, LabelRule::Kind::kExcludes, kRound},
    LabelRule{kEmpty, LabelRule::Kind::kExcludes, kElliptical},
    LabelRule{kEmpty, LabelRule::Kind::kExcludes, kProlate},
    LabelRule{kEmpty, LabelRule::Kind::kExcludes, kStreak},
    LabelRule{kEmpty, LabelRule::Kind::kExcludes, kBent},
    LabelRule{kEmpty, LabelRule::Kind::kExcludes, kAsymmetric},
    LabelRule{kEmpty, LabelRule::Kind::kExcludes, kNewtonRings},
    LabelRule{kEmpty, LabelRule::Kind::kExcludes, kDoubleRings},
    LabelRule{kEmpty, LabelRule::Kind::kExcludes, kLayered},
};

// The rules that the labels break, in the order of the table; none for no class at all.
std::vector<LabelRule> BrokenRules(const Labels& labels);
bool KeepsHardRules(const Labels& labels);

// InvalidArgument when an image's labels break a rule: how many images do, the number of
// the first (from 0), its labels and the rule.
Status CheckLabels(std::span<const Labels> labels);

}  // namespace airy

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "model/simulation/simulator.h"

namespace airy::detector {

// What a set of simulated shots is made of. The same recipe, image size and simulator
// version are the same bytes.
struct SetRecipe {
  std::string name;  // of a named set, or empty
  int64_t shots = 1000;
  uint64_t seed = 1;  // not one of simulation::IsPoolSeed
  // So many shots of each class at least, 0..shots / classes. Then shots that are not
  // needed are left out near the end; see ClassQuota.
  int64_t min_positives = 0;
  simulation::SimulatorOptions simulator;  // shots are always rendered at 1035 x 1035
};

// The sets that everybody means by a name. Their seeds differ, so none has a shot of
// another.
struct NamedSet {
  std::string_view about;
  SetRecipe recipe;
};
std::span<const NamedSet> NamedSets();

// The recipe of a named set, or nothing.
const SetRecipe* FindNamedSet(std::string_view name);

}  // namespace airy::detector

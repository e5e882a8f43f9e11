#include "client/detector/named_sets.h"

#include <algorithm>
#include <array>
#include <utility>

namespace airy::detector {
namespace {

SetRecipe Natural(std::string name, int64_t shots, uint64_t seed) {
  SetRecipe recipe;
  recipe.name = std::move(name);
  recipe.shots = shots;
  recipe.seed = seed;
  return recipe;
}

SetRecipe Balanced() {
  SetRecipe recipe = Natural("sim-balanced-test", 4400, 11'003);
  recipe.min_positives = 300;
  recipe.simulator.balance = 1;
  return recipe;
}

// Nothing of this is in the other sets: photon energies from the gaps between their bands
// and above them, wider holes, a plate
// that answers less than evenly.
SetRecipe Shifted() {
  SetRecipe recipe = Natural("sim-shift", 7264, 11'004);
  recipe.simulator.energy_bands = {{0.4, 20.6, 21.0}, {0.6, 35.0, 40.0}};
  recipe.simulator.hole_min_deg = 5;
  recipe.simulator.hole_max_deg = 9;
  recipe.simulator.gamma_min = 0.5;
  recipe.simulator.gamma_max = 0.8;
  return recipe;
}

}  // namespace

std::span<const NamedSet> NamedSets() {
  static const std::array<NamedSet, 4> kSets = {{
      {"7264 shots as CXIDB-94 has, classes as often as there",
       Natural("sim-7264", 7264, 11'001)},
      {"100,000 shots of the same kind", Natural("sim-100k", 100'000, 11'002)},
      {"4400 shots for tests, 300 or more of each class", Balanced()},
      {"7264 shots of other photon energies, holes and gamma", Shifted()},
  }};
  return kSets;
}

const SetRecipe* FindNamedSet(std::string_view name) {
  const auto sets = NamedSets();
  const auto found = std::find_if(sets.begin(), sets.end(), [name](const NamedSet& set) {
    return set.recipe.name == name;
  });
  return found == sets.end() ? nullptr : &found->recipe;
}

}  // namespace airy::detector

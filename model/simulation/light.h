#pragma once

#include <memory>
#include <vector>

#include "model/simulation/far_field.h"
#include "model/simulation/scene.h"

namespace airy::simulation {

// The light a scene sends out: the far fields of its droplets and their sum. Immutable,
// so thread-safe.
class Light {
 public:
  // The split-step simulation of every droplet happens here.
  explicit Light(const Scene& scene);

  const FarField& droplet() const { return droplets_.front().field; }
  // Companion `i` of the scene, as if lit like the first droplet; see weight().
  const FarField& companion(size_t i) const { return droplets_[i + 1].field; }
  // Of that companion's intensity.
  float weight(size_t i) const { return droplets_[i + 1].weight; }
  // The same droplets' light at the second photon energy, if there is one; see
  // second_weight().
  const Light* second_colour() const { return second_colour_.get(); }
  // Of that light's intensity.
  float second_weight() const { return second_weight_; }

  // Intensity in the direction (sx, sy, sz), a unit vector, averaged over a pixel that
  // spans `pitch` mm/mm of the distance to the detector: fringes finer than a pixel
  // vanish.
  float Intensity(float sx, float sy, float sz, float pitch) const;

 private:
  struct Lit {
    FarField field;
    float weight;  // of its intensity
    bool coherent;
    Vector3 phase;  // k times its place, seen from the first droplet
  };

  std::vector<Lit> droplets_;
  // The same droplets' light at the second photon energy.
  std::shared_ptr<const Light> second_colour_;
  float second_weight_ = 0;
};

}  // namespace airy::simulation

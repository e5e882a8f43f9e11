#pragma once

#include <memory>
#include <span>
#include <vector>

#include "model/simulation/far_field.h"
#include "model/simulation/scene.h"
#include "preprocess/transform/simd.h"

namespace airy::simulation {

// Directions as unit vectors, each component in an array of its own; the arrays belong to
// the caller.
struct Directions {
  const float* x;
  const float* y;
  const float* z;
  size_t count;
};

// Amplitudes of one droplet in some directions.
struct AmplitudeRow {
  const float* re;
  const float* im;
};

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
  size_t companions() const { return droplets_.size() - 1; }
  // The same droplets' light at the second photon energy; null without. weight: of its
  // intensity.
  const Light* second_colour() const { return second_colour_.get(); }
  float second_weight() const { return second_weight_; }

  // Intensity in the direction (sx, sy, sz), a unit vector, averaged over a pixel that
  // spans `pitch` mm/mm of the distance to the detector: fringes finer than a pixel
  // vanish.
  float Intensity(float sx, float sy, float sz, float pitch) const;

  // The same of this colour alone, for many directions at once, from the amplitudes of
  // the droplet and its companions there.
  void SumAmplitudes(transform::SimdLevel simd, const Directions& directions, float pitch,
                     std::span<const AmplitudeRow> amplitudes, float* intensity) const;

 private:
  struct Lit {
    FarField field;
    float weight;  // of its intensity
    bool coherent;
    Vector3 phase;  // k times its place, seen from the first droplet
  };

  std::vector<Lit> droplets_;
  std::shared_ptr<const Light> second_colour_;
  float second_weight_ = 0;
};

}  // namespace airy::simulation

#pragma once

#include "model/simulation/far_field.h"
#include "model/simulation/scene.h"

namespace airy::simulation {

// What a person would see of the first droplet alone in the visible annulus: how bright
// it is, and how its light is spread. Refers to the scene and the field of its droplet,
// which must outlive it.
class SeenPattern {
 public:
  SeenPattern(const Scene& scene, const FarField& field);

  // Expected in the visible annulus.
  double photons() const { return photons_; }
  double Asymmetry() const;      // as Descriptors::asymmetry
  double Concentration() const;  // as Descriptors::concentration

 private:
  const Scene& scene_;
  const FarField& field_;
  double photons_ = 0;
  double asymmetry_ = 0;  // whether it is visible or not
};

}  // namespace airy::simulation

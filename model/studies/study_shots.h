#pragma once

#include <cstdint>
#include <optional>

#include "model/dataset.h"
#include "model/simulation/noise_level.h"
#include "preprocess/frame/result.h"

namespace airy::studies {

// The sets that runs see, made from one: some of its shots, with noise, read from it when
// they are wanted. Holds the last one that was asked for. Thread-compatible.
class StudyShots {
 public:
  // `all` outlives this.
  explicit StudyShots(const model::Dataset& all) : all_(all) {}

  // The first `shots` (0: all) with noise of a level, whose bound is the median over
  // these; until the next call. InvalidArgument when there are fewer; as Dataset::Read.
  Result<const model::Dataset*> With(int64_t shots, simulation::NoiseLevel noise);

 private:
  const model::Dataset& all_;
  int64_t made_shots_ = 0;
  simulation::NoiseLevel made_noise_ = simulation::NoiseLevel::kNone;
  std::optional<model::Dataset> made_;
};

}  // namespace airy::studies

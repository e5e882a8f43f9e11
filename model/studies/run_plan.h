#pragma once

#include <cstdint>
#include <string>

#include "model/simulation/noise_level.h"
#include "model/trainer_options.h"

namespace airy::studies {

// One piece of work of a study, which gives one set of figures. All kinds score the same
// test images: those that `options.shares` and `options.seed` deal.
struct RunPlan {
  enum class Kind {
    kConstant,   // the answer that looks at no image
    kReference,  // a model that there is, only scored
    kSvm,        // kernel SVMs on radial and angular features
    kTraining,
    kPretraining,  // gives a model to start from, and no figures
  };

  // Of its folder; the same for the same place in a study.
  std::string name;
  Kind kind = Kind::kTraining;
  // Of kReference and kSvm: parts and seed alone.
  model::TrainerOptions options;
  int64_t shots = 0;  // the first of the set; 0: all
  simulation::NoiseLevel noise = simulation::NoiseLevel::kNone;
  // The network is too large for this size: its speed alone is of interest, and nothing
  // that it leaves is kept.
  bool timing_only = false;
  std::string model;         // of kReference: a checkpoint
  std::string model_sha256;  // its
  // Of kPretraining: whether it sees no labels. Its `shots` are its own, simulated from
  // this seed.
  bool without_labels = false;
  uint64_t pretraining_seed = 0;
  // When set, the kPretraining from whose model this starts: name, and what it is.
  std::string start;
  std::string start_fingerprint;
};

// In words, the same for the same figures from a set of this description.
std::string Fingerprint(const RunPlan& plan, const std::string& set);

}  // namespace airy::studies

#include "model/recipes.h"

#include <array>
#include <string_view>

namespace airy::model {
namespace {

// What the paper's two recipes share: two parts, the second scored after every epoch.
TrainerOptions WithoutValidation() {
  TrainerOptions options;
  options.shares = {.validation = 0, .test = 0.15};
  options.tune_thresholds = false;
  options.fit_temperature = false;
  return options;
}

// Its Eq. 7 has no momentum. Eq. 10 prints norms; the elastic net it cites, and its code,
// have half the squares.
TrainerOptions Paper() {
  TrainerOptions options = WithoutValidation();
  options.schedule = {{.size = kInputSize, .epochs = 200}};
  options.batch = 48;
  options.learning_rate = 0.1;
  options.rate_steps = {50, 100, 150};
  options.momentum = 0;
  options.l1 = 1e-5;
  options.l2 = 1e-5;
  options.augmentation.flip = 0.5;
  options.augmentation.contrast = 0.5;
  options.augmentation.brightness = 0.5;
  return options;
}

// 30,000 steps of 24 of the 6,174 training images. It counts epochs by all 7,264 images,
// which are 1 / 0.85 of those it trains on.
TrainerOptions Airynet() {
  constexpr double kCounted = 1 / 0.85;
  TrainerOptions options = WithoutValidation();
  options.schedule = {{.size = kInputSize, .epochs = 117}};
  options.batch = 24;
  options.learning_rate = 0.1;
  options.rate_batch = 128;
  options.rate_steps = {30 * kCounted, 60 * kCounted, 120 * kCounted, 150 * kCounted};
  options.momentum = 0.9;
  options.l1 = 1e-5;
  options.l2 = 1e-5;
  options.mean_penalty = true;
  options.augmentation.flip = 0.5;
  return options;
}

TrainerOptions Modern() {
  TrainerOptions options;
  options.schedule = {{.size = kInputSize, .epochs = 100}};
  options.batch = 64;
  options.learning_rate = 0.1;
  options.rate_batch = 256;
  options.warmup_epochs = 5;
  options.momentum = 0.9;
  options.l2 = 5e-4;
  options.average_decay = 0.999;
  options.loss = {
      .gamma_positive = 0, .gamma_negative = 2, .clip = 0.05, .label_smoothing = 0.02};
  options.augmentation = {.symmetry = 1,
                          .rotation = 0.5,
                          .zoom = 0.5,
                          .jitter = 0.5,
                          .gamma = 0.3,
                          .stray = 0.3,
                          .thinning = 0.3,
                          .hole = 0.3,
                          .sector = 0.2,
                          .gain = 1};
  return options;
}

struct RecipeRow {
  std::string_view name;
  TrainerOptions (*make)();
};

// A new recipe is one function and one row here.
constexpr std::array kRecipes = {
    RecipeRow{"modern", Modern},
    RecipeRow{"paper", Paper},
    RecipeRow{"airynet", Airynet},
};

}  // namespace

Result<TrainerOptions> FindRecipe(const std::string& name) {
  std::string known;
  for (const RecipeRow& row : kRecipes) {
    if (row.name == name) {
      TrainerOptions options = row.make();
      options.recipe = name;
      return options;
    }
    known.append(known.empty() ? "" : ", ").append(row.name);
  }
  return InvalidArgument("recipe must be one of: " + known + "; was '" + name + "'");
}

}  // namespace airy::model

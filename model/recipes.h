#pragma once

#include <string>

#include "model/trainer_options.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// The options of a recipe, for images. InvalidArgument names the recipes there are:
//   paper    as PRE 99, 063309, Sect. 3.1.5 prints it
//   airynet  as the paper's released code does it
//   modern   what came after, and what physics allows
Result<TrainerOptions> FindRecipe(const std::string& name);

}  // namespace airy::model

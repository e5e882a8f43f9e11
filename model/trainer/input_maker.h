#pragma once

#include <memory>
#include <optional>
#include <span>

#include "model/dataset.h"
#include "preprocess/frame/image.h"
#include "preprocess/transform/ccf_map.h"

namespace airy::trainer {

// Brings images of a dataset to what a network sees, by the code that serves.
// Thread-compatible.
class InputMaker {
 public:
  // `ccf`: of the maps the network was trained on; none: it sees images.
  static Result<InputMaker> Create(const std::optional<transform::CcfOptions>& ccf);

  // kInputSize squared pixels or values of a map, until the next call. As Dataset::Read.
  Result<std::span<const float>> Make(const model::Dataset& dataset, int64_t index);

 private:
  Image image_{kInputSize, kInputSize};
  Image map_;
  std::unique_ptr<const transform::CcfMapper> mapper_;  // null: images as they are
  std::unique_ptr<transform::CcfMapper::Workspace> workspace_;
};

}  // namespace airy::trainer

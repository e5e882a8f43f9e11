#include "model/trainer/input_maker.h"

namespace airy::trainer {

Result<InputMaker> InputMaker::Create(const std::optional<transform::CcfOptions>& ccf) {
  InputMaker maker;
  if (ccf) {
    AIRY_ASSIGN_OR_RETURN(maker.mapper_,
                          transform::CcfMapper::Create(kInputSize, kInputSize, *ccf));
    maker.workspace_ = std::make_unique<transform::CcfMapper::Workspace>(*maker.mapper_);
  }
  return maker;
}

std::span<const float> InputMaker::Make(const model::Dataset& dataset, int64_t index) {
  dataset.Copy(index, /*symmetry=*/0, /*gain=*/1, image_.pixels().data());
  if (!mapper_) return image_.pixels();
  mapper_->Apply(image_, workspace_.get(), &map_);
  return map_.pixels();
}

}  // namespace airy::trainer

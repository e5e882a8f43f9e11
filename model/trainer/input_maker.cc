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

Result<std::span<const float>> InputMaker::Make(const model::Dataset& dataset,
                                                int64_t index) {
  AIRY_TRY(dataset.Read(index, image_.pixels()));
  const Image* made = &image_;
  if (mapper_) {
    mapper_->Apply(image_, workspace_.get(), &map_);
    made = &map_;
  }
  return made->pixels();
}

}  // namespace airy::trainer

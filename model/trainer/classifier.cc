#include "model/trainer/classifier.h"

#include <algorithm>

#include "model/trainer/input_maker.h"
#include "model/trainer/progress_line.h"
#include "preprocess/frame/image.h"

namespace airy::trainer {

Result<std::vector<ClassProbabilities>> Classify(const model::Dataset& dataset,
                                                 std::span<const int64_t> indices,
                                                 model::Engine* engine) {
  constexpr size_t kPixels = size_t{kInputSize} * kInputSize;
  const auto batch = static_cast<size_t>(engine->max_batch());
  AIRY_ASSIGN_OR_RETURN(InputMaker inputs, InputMaker::Create(engine->info().ccf));
  std::vector<float> pixels(batch * kPixels);
  std::vector<ClassProbabilities> probabilities(indices.size());
  ProgressLine line("classifying", std::ssize(indices));
  for (size_t start = 0; start < indices.size(); start += batch) {
    const size_t count = std::min(batch, indices.size() - start);
    std::vector<const float*> images;
    for (size_t i = 0; i < count; ++i) {
      float* image = pixels.data() + i * kPixels;
      std::ranges::copy(inputs.Make(dataset, indices[start + i]), image);
      images.push_back(image);
    }
    AIRY_TRY(engine->Run(images, std::span(probabilities).subspan(start, count)));
    line.Show(static_cast<int64_t>(start + count));
  }
  return probabilities;
}

}  // namespace airy::trainer

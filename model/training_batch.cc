#include "model/training_batch.h"

#include <algorithm>

namespace airy::model {
namespace {

constexpr int64_t kPixelsPerImage = int64_t{kInputSize} * kInputSize;

// What the network is shown of `images`.
torch::Tensor MakeInput(const torch::Tensor& images, const CcfBatchMapper* ccf,
                        int size) {
  const torch::Tensor input = ccf == nullptr ? images : ccf->Map(images);
  const int factor = kInputSize / size;
  return factor == 1 ? input : torch::avg_pool2d(input, factor);
}

}  // namespace

TrainingBatch MakeBatch(const Dataset& dataset, const SamplePlan& plan, int epoch,
                        std::span<const int64_t> indices, GainRange gains,
                        const CcfBatchMapper* ccf, int size, torch::Device device) {
  const auto n = std::ssize(indices);
  const torch::Tensor images = torch::empty({n, 1, kInputSize, kInputSize});
  const torch::Tensor labels = torch::empty({n, kClassCount});
  float* image = images.data_ptr<float>();
  float* label = labels.data_ptr<float>();
  for (const int64_t index : indices) {
    const Augmentation change = plan.Augment(epoch, index, gains);
    dataset.Copy(index, ccf == nullptr ? change.symmetry : 0, change.gain, image);
    image += kPixelsPerImage;
    const Labels& truth = dataset.labels()[static_cast<size_t>(index)];
    label = std::copy(truth.begin(), truth.end(), label);
  }
  return {MakeInput(images.to(device), ccf, size), labels.to(device)};
}

std::vector<ClassProbabilities> ClassifyAll(const Dataset& dataset,
                                            std::span<const int64_t> indices,
                                            const CcfBatchMapper* ccf, int size,
                                            torch::Device device, Network* network) {
  const torch::NoGradGuard no_grad;
  network->eval();
  std::vector<ClassProbabilities> probabilities;
  const torch::Tensor image = torch::empty({1, 1, kInputSize, kInputSize});
  for (const int64_t index : indices) {
    dataset.Copy(index, /*symmetry=*/0, /*gain=*/1, image.data_ptr<float>());
    const torch::Tensor row =
        torch::sigmoid(network->forward(MakeInput(image.to(device), ccf, size)))
            .to(torch::kCPU)
            .contiguous();
    std::copy_n(row.data_ptr<float>(), kClassCount, probabilities.emplace_back().begin());
  }
  return probabilities;
}

}  // namespace airy::model

#include "model/explainer.h"

#include <algorithm>
#include <cstring>

#include "model/device.h"
#include "model/grad_cam.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"

namespace airy::model {
namespace {

constexpr size_t kImagesAtOnce = 32;
constexpr size_t kImagePixels = size_t{kInputSize} * kInputSize;

Image ToImage(const torch::Tensor& map) {
  const torch::Tensor dense = map.contiguous();
  Image image(static_cast<int>(map.size(0)), static_cast<int>(map.size(1)));
  std::memcpy(image.pixels().data(), dense.data_ptr<float>(),
              image.pixels().size_bytes());
  return image;
}

class TorchExplainer final : public Explainer {
 public:
  TorchExplainer(Checkpoint checkpoint, std::vector<std::string> layers, GradCam cam,
                 torch::Device device)
      : info_(std::move(checkpoint.info)),
        layers_(std::move(layers)),
        cam_(std::move(cam)),
        device_(device) {}

  const CheckpointInfo& info() const override { return info_; }
  const std::vector<std::string>& layers() const override { return layers_; }
  Result<std::vector<Explanation>> Explain(std::span<const float* const> images,
                                           std::span<const int> classes) override;

 private:
  void ExplainBatch(std::span<const float* const> images, std::span<const int> classes,
                    std::span<Explanation> explanations);
  bool IsWanted(const Explanation& explanation, std::span<const int> classes,
                int class_index) const;

  const CheckpointInfo info_;
  const std::vector<std::string> layers_;
  GradCam cam_;
  const torch::Device device_;
};

bool TorchExplainer::IsWanted(const Explanation& explanation,
                              std::span<const int> classes, int class_index) const {
  const auto i = static_cast<size_t>(class_index);
  return !classes.empty() || explanation.probabilities[i] >= info_.thresholds[i];
}

void TorchExplainer::ExplainBatch(std::span<const float* const> images,
                                  std::span<const int> classes,
                                  std::span<Explanation> explanations) {
  torch::Tensor counts =
      torch::empty({std::ssize(images), 1, kInputSize, kInputSize}, torch::kFloat32);
  for (size_t i = 0; i < images.size(); ++i) {
    std::memcpy(counts.data_ptr<float>() + i * kImagePixels, images[i],
                kImagePixels * sizeof(float));
  }
  const GradCam::Pass pass =
      cam_.Forward(AverageDown(counts.to(device_), info_.input_size));
  const torch::Tensor probabilities =
      Probabilities(info_.head, pass.logits.detach()).to(torch::kCPU).contiguous();
  for (size_t i = 0; i < images.size(); ++i) {
    const auto count = static_cast<size_t>(probabilities.size(1));
    const float* row = probabilities.data_ptr<float>() + i * count;
    explanations[i].probabilities.assign(row, row + count);
  }

  // The classes that any of the images wants, each for the whole batch.
  std::vector<int64_t> columns(classes.begin(), classes.end());
  if (classes.empty()) {
    for (int k = 0; k < std::ssize(info_.classes); ++k) {
      if (std::any_of(explanations.begin(), explanations.end(),
                      [&](const Explanation& e) { return IsWanted(e, classes, k); })) {
        columns.push_back(k);
      }
    }
  }
  if (columns.empty()) return;
  const torch::NoGradGuard no_grad;
  const torch::Tensor raw = cam_.Maps(pass, columns);
  const torch::Tensor maps = UpsampleToUnitMaximum(raw, kInputSize).to(torch::kCPU);
  const torch::Tensor raw_maps = raw.to(torch::kCPU);
  for (int64_t i = 0; i < std::ssize(images); ++i) {
    Explanation& explanation = explanations[static_cast<size_t>(i)];
    for (int64_t j = 0; j < std::ssize(columns); ++j) {
      const auto class_index = static_cast<int>(columns[static_cast<size_t>(j)]);
      if (!IsWanted(explanation, classes, class_index)) continue;
      explanation.maps.push_back(
          {class_index, ToImage(raw_maps[i][j]), ToImage(maps[i][j])});
    }
  }
}

Result<std::vector<Explanation>> TorchExplainer::Explain(
    std::span<const float* const> images, std::span<const int> classes) {
  for (const int class_index : classes) {
    if (class_index < 0 || class_index >= std::ssize(info_.classes)) {
      return InvalidArgument("class index must be 0.." +
                             std::to_string(info_.classes.size() - 1) + "; was " +
                             std::to_string(class_index));
    }
  }
  std::vector<Explanation> explanations(images.size());
  try {
    for (size_t start = 0; start < images.size(); start += kImagesAtOnce) {
      const size_t count = std::min(kImagesAtOnce, images.size() - start);
      ExplainBatch(images.subspan(start, count), classes,
                   std::span(explanations).subspan(start, count));
    }
    return explanations;
  } catch (const std::exception& error) {
    return Internal("explaining on " + device_.str() + " failed: " + FirstLine(error));
  }
}

}  // namespace

Result<std::unique_ptr<Explainer>> Explainer::Create(const ExplainerOptions& options) {
  AIRY_ASSIGN_OR_RETURN(const torch::Device device, FindDevice(options.device));
  AIRY_ASSIGN_OR_RETURN(Checkpoint checkpoint, ReadCheckpoint(options.checkpoint));
  try {
    Result<std::shared_ptr<Network>> network = CreateNetwork(
        checkpoint.info.architecture, static_cast<int>(checkpoint.info.classes.size()));
    if (!network.ok()) return network.status().WithContext(options.checkpoint);
    if (Status status = LoadWeights(checkpoint.weights, network->get()); !status.ok()) {
      return status.WithContext(options.checkpoint);
    }
    (*network)->to(device);
    (*network)->eval();
    for (torch::Tensor& parameter : (*network)->parameters()) {
      parameter.requires_grad_(false);
    }
    std::vector<std::string> layers = (*network)->layers();
    AIRY_ASSIGN_OR_RETURN(GradCam cam,
                          GradCam::Create(options.cam, checkpoint.info.head, *network));
    return std::unique_ptr<Explainer>(std::make_unique<TorchExplainer>(
        std::move(checkpoint), std::move(layers), std::move(cam), device));
  } catch (const std::exception& error) {
    return Internal("'" + options.checkpoint + "' cannot be prepared on " + device.str() +
                    ": " + FirstLine(error));
  }
}

}  // namespace airy::model

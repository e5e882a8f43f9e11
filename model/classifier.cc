#include "model/classifier.h"

#include <cstring>

#include "model/device.h"
#include "model/nets/head.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "preprocess/frame/check.h"

namespace airy::model {
namespace {

constexpr size_t kPixelsClassified = size_t{kInputSize} * kInputSize;

class TorchClassifier final : public Classifier {
 public:
  TorchClassifier(CheckpointInfo info, std::unique_ptr<InferenceGraph> graph,
                  torch::Device device)
      : info_(std::move(info)),
        graph_(std::move(graph)),
        device_(device),
        device_name_(device.str()) {}

  const CheckpointInfo& info() const override { return info_; }
  const std::string& device() const override { return device_name_; }
  Status Run(std::span<const float* const> images,
             ProbabilityTable* probabilities) override;

 private:
  const CheckpointInfo info_;
  const std::unique_ptr<InferenceGraph> graph_;
  const torch::Device device_;
  const std::string device_name_;
};

Status TorchClassifier::Run(std::span<const float* const> images,
                            ProbabilityTable* probabilities) {
  AIRY_CHECK(probabilities->classes() == info_.classes.size());
  try {
    const torch::InferenceMode guard;
    const torch::Tensor counts =
        torch::empty({std::ssize(images), 1, kInputSize, kInputSize}, torch::kFloat32);
    for (size_t i = 0; i < images.size(); ++i) {
      std::memcpy(counts.data_ptr<float>() + i * kPixelsClassified, images[i],
                  kPixelsClassified * sizeof(float));
    }
    const torch::Tensor logits =
        graph_->Run(AverageDown(counts.to(device_), info_.input_size));
    const torch::Tensor rows =
        Probabilities(info_.head, logits).to(torch::kCPU).contiguous();
    const float* row = rows.data_ptr<float>();
    for (size_t i = 0; i < images.size(); ++i, row += info_.classes.size()) {
      probabilities->Add({row, info_.classes.size()});
    }
    return OkStatus();
  } catch (const std::exception& error) {
    return Internal("inference on " + device_name_ + " failed: " + FirstLine(error));
  }
}

}  // namespace

Result<std::unique_ptr<Classifier>> Classifier::Create(const std::string& checkpoint,
                                                       const std::string& device) {
  AIRY_ASSIGN_OR_RETURN(const torch::Device found, FindDevice(device));
  AIRY_ASSIGN_OR_RETURN(Checkpoint file, ReadCheckpoint(checkpoint));
  try {
    Result<std::shared_ptr<Network>> network =
        CreateNetwork(file.info.architecture, static_cast<int>(file.info.classes.size()));
    if (!network.ok()) return network.status().WithContext(checkpoint);
    if (Status status = LoadWeights(file.weights, network->get()); !status.ok()) {
      return status.WithContext(checkpoint);
    }
    (*network)->to(found);
    (*network)->eval();
    AIRY_ASSIGN_OR_RETURN(auto graph,
                          CreateInferenceGraph(file.info.architecture, **network, {}));
    return std::unique_ptr<Classifier>(
        std::make_unique<TorchClassifier>(std::move(file.info), std::move(graph), found));
  } catch (const std::exception& error) {
    return Internal("'" + checkpoint + "' cannot be prepared on " + found.str() + ": " +
                    FirstLine(error));
  }
}

}  // namespace airy::model

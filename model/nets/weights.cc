#include "model/nets/weights.h"

#include <array>
#include <cstring>
#include <limits>
#include <map>

namespace airy::model {
namespace {

std::string ShapeText(at::IntArrayRef shape) {
  std::string text = "[";
  for (const int64_t extent : shape) {
    if (text.size() > 1) text += ',';
    text += std::to_string(extent);
  }
  return text + "]";
}

constexpr const char kStepSuffix[] = ".step";
constexpr double kStepsPerDeviation = 8;

torch::ScalarType ToScalarType(TensorType type) {
  constexpr std::array kTypes = {torch::kFloat32, torch::kFloat16, torch::kInt8};
  return kTypes[static_cast<size_t>(type)];
}

// [n, 1, ...] for a tensor of n slices, so that it multiplies slice by slice.
torch::Tensor PerSlice(const torch::Tensor& steps, int64_t dimensions) {
  std::vector<int64_t> shape(static_cast<size_t>(dimensions), 1);
  shape.front() = steps.size(0);
  return steps.view(shape);
}

void AppendInSteps(const std::string& name, const torch::Tensor& tensor,
                   std::vector<StoredTensor>* tensors) {
  const torch::Tensor values = tensor.detach().to(torch::kCPU, torch::kFloat32);
  const torch::Tensor rows = values.flatten(1);
  const torch::Tensor steps =
      torch::maximum(rows.std(/*dim=*/1, /*unbiased=*/false) / kStepsPerDeviation,
                     rows.abs().amax(1) / 127)
          .clamp_min(std::numeric_limits<float>::min());
  tensors->push_back(StoreTensor(name, (values / PerSlice(steps, values.dim())).round(),
                                 TensorType::kI8));
  tensors->push_back(StoreTensor(name + kStepSuffix, steps, TensorType::kF32));
}

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() &&
         text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

StoredTensor StoreTensor(const std::string& name, const torch::Tensor& tensor,
                         TensorType type) {
  const torch::Tensor dense =
      tensor.detach().to(torch::kCPU, ToScalarType(type)).contiguous();
  StoredTensor stored{name, type, dense.sizes().vec(), {}};
  stored.data.resize(dense.nbytes());
  std::memcpy(stored.data.data(), dense.data_ptr(), dense.nbytes());
  return stored;
}

torch::Tensor LoadTensor(const StoredTensor& stored) {
  torch::Tensor tensor =
      torch::empty(stored.shape, torch::TensorOptions(ToScalarType(stored.type)));
  std::memcpy(tensor.data_ptr(), stored.data.data(), stored.data.size());
  return tensor.to(torch::kFloat32);
}

std::vector<std::pair<std::string, torch::Tensor>> NamedState(const Network& network) {
  std::vector<std::pair<std::string, torch::Tensor>> state;
  for (const auto& item : network.named_parameters()) {
    state.emplace_back(item.key(), item.value());
  }
  for (const auto& item : network.named_buffers()) {
    if (!EndsWith(item.key(), "num_batches_tracked")) {
      state.emplace_back(item.key(), item.value());
    }
  }
  return state;
}

std::vector<StoredTensor> StoreWeights(const Network& network, TensorType type) {
  std::vector<StoredTensor> tensors;
  const bool in_steps = type == TensorType::kI8;
  for (const auto& [name, tensor] : NamedState(network)) {
    if (in_steps && tensor.dim() > 1) {
      AppendInSteps(name, tensor, &tensors);
    } else {
      tensors.push_back(StoreTensor(name, tensor, in_steps ? TensorType::kF32 : type));
    }
  }
  return tensors;
}

Status LoadWeights(std::span<const StoredTensor> tensors, Network* network) {
  std::map<std::string, const StoredTensor*> by_name;
  for (const StoredTensor& stored : tensors) by_name[stored.name] = &stored;
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : NamedState(*network)) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) {
      return InvalidArgument("tensor '" + name + "' of shape " +
                             ShapeText(tensor.sizes()) + " is missing");
    }
    const StoredTensor& stored = *found->second;
    if (tensor.sizes() != at::IntArrayRef(stored.shape)) {
      return InvalidArgument("tensor '" + name + "' must have shape " +
                             ShapeText(tensor.sizes()) + "; was " +
                             ShapeText(stored.shape));
    }
    torch::Tensor values = LoadTensor(stored);
    if (stored.type == TensorType::kI8) {
      const auto steps = by_name.find(name + kStepSuffix);
      if (steps == by_name.end() || tensor.dim() == 0 ||
          steps->second->shape != std::vector<int64_t>{tensor.size(0)}) {
        return InvalidArgument("tensor '" + name + "' of type I8 needs '" + name +
                               kStepSuffix + "' with a number per slice");
      }
      values *= PerSlice(LoadTensor(*steps->second), tensor.dim());
      by_name.erase(steps);
    }
    if (!torch::isfinite(values).all().item<bool>()) {
      return InvalidArgument("tensor '" + name + "' holds a value that is not finite");
    }
    tensor.copy_(values);
    by_name.erase(found);
  }
  if (!by_name.empty()) {
    return InvalidArgument("tensor '" + by_name.begin()->first +
                           "' is not part of the architecture");
  }
  return OkStatus();
}

}  // namespace airy::model

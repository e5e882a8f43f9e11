#include "model/nets/weights.h"

#include <cstring>
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

torch::ScalarType ToScalarType(TensorType type) {
  return type == TensorType::kF16 ? torch::kFloat16 : torch::kFloat32;
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
  for (const auto& [name, tensor] : NamedState(network)) {
    tensors.push_back(StoreTensor(name, tensor, type));
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
    const torch::Tensor values = LoadTensor(stored);
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

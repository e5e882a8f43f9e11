#include "model/last_layer.h"

#include <algorithm>

#include "model/checkpoint.h"
#include "model/nets/weights.h"

namespace airy::model {

std::string LastLayerName(const Network& network) {
  return network.named_children().keys().back();
}

void FoldTemperature(double temperature, const Network& network,
                     std::vector<StoredTensor>* tensors) {
  const std::string prefix = LastLayerName(network) + ".";
  const auto parameters = network.named_parameters();
  for (StoredTensor& stored : *tensors) {
    if (!stored.name.starts_with(prefix)) continue;
    stored = StoreTensor(stored.name, parameters[stored.name].detach() / temperature,
                         stored.type);
  }
}

Result<std::string> StartFrom(const std::string& path, const NetworkKind& kind,
                              Network* network) {
  AIRY_ASSIGN_OR_RETURN(Checkpoint checkpoint, ReadCheckpoint(path));
  const CheckpointInfo& info = checkpoint.info;
  if (info.architecture != kind.architecture) {
    return InvalidArgument(path + " must be of architecture '" + kind.architecture +
                           "' to start from; was '" + info.architecture + "'");
  }
  const std::string sees = transform::DescribeInput(info.ccf);
  const std::string must_see = transform::DescribeInput(kind.ccf);
  if (sees != must_see) {
    return InvalidArgument(path + " must see " + must_see + " to start from; sees " +
                           sees);
  }
  std::vector<StoredTensor>& tensors = checkpoint.weights;
  const bool has_our_outputs = info.head == kind.head && info.classes == kind.classes;
  if (!has_our_outputs) {
    const std::string prefix = LastLayerName(*network) + ".";
    const auto is_last = [&prefix](const StoredTensor& stored) {
      return stored.name.starts_with(prefix);
    };
    std::erase_if(tensors, is_last);
    std::vector<StoredTensor> fresh = StoreWeights(*network, TensorType::kF32);
    std::erase_if(fresh, std::not_fn(is_last));
    tensors.insert(tensors.end(), fresh.begin(), fresh.end());
  }
  if (Status status = LoadWeights(tensors, network); !status.ok()) {
    return status.WithContext(path);
  }
  return checkpoint.sha256;
}

}  // namespace airy::model

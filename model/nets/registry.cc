#include "model/nets/registry.h"

#include <array>

#include "model/nets/folded_resnet.h"
#include "model/nets/resnet.h"

namespace airy::model {
namespace {

struct ArchitectureRow {
  const char* name;
  std::shared_ptr<Network> (*create)(int outputs);
  std::unique_ptr<InferenceGraph> (*fold)(const Network&, const ComputeLayout&);
};

std::unique_ptr<InferenceGraph> FoldResNet(const Network& network,
                                           const ComputeLayout& layout) {
  return std::make_unique<FoldedResNet>(dynamic_cast<const ResNet&>(network), layout);
}

// A new architecture is one file and one row here.
const std::array kArchitectures = {
    ArchitectureRow{"resnet18-log",
                    [](int outputs) -> std::shared_ptr<Network> {
                      ResNetOptions options;
                      options.outputs = outputs;
                      return std::make_shared<ResNet>(options);
                    },
                    FoldResNet},
};

Result<const ArchitectureRow*> FindArchitecture(const std::string& name) {
  std::string known;
  for (const ArchitectureRow& row : kArchitectures) {
    if (row.name == name) return &row;
    if (!known.empty()) known += ", ";
    known += row.name;
  }
  return InvalidArgument("architecture must be one of: " + known + "; was '" + name +
                         "'");
}

}  // namespace

Result<std::shared_ptr<Network>> CreateNetwork(const std::string& architecture,
                                               int outputs) {
  AIRY_ASSIGN_OR_RETURN(const ArchitectureRow* row, FindArchitecture(architecture));
  return row->create(outputs);
}

Result<std::unique_ptr<InferenceGraph>> CreateInferenceGraph(
    const std::string& architecture, const Network& network,
    const ComputeLayout& layout) {
  AIRY_ASSIGN_OR_RETURN(const ArchitectureRow* row, FindArchitecture(architecture));
  return row->fold(network, layout);
}

}  // namespace airy::model

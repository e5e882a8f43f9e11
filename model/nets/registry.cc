#include "model/nets/registry.h"

#include <array>
#include <charconv>
#include <string_view>

#include "model/nets/folded_resnet.h"
#include "model/nets/folded_vgg.h"
#include "model/nets/resnet.h"
#include "model/nets/vgg.h"

namespace airy::model {
namespace {

using NewNetwork = std::shared_ptr<Network>;
using NewGraph = std::unique_ptr<InferenceGraph>;

NewGraph FoldResNet(const Network& network, const ComputeLayout& layout) {
  return std::make_unique<FoldedResNet>(dynamic_cast<const ResNet&>(network), layout);
}

NewGraph FoldVgg(const Network& network, const ComputeLayout& layout) {
  return std::make_unique<FoldedVgg>(dynamic_cast<const Vgg&>(network), layout);
}

struct NetworkRow {
  std::string_view name;
  NewNetwork (*create)(const NetworkOptions& options);
  NewGraph (*fold)(const Network& network, const ComputeLayout& layout);
};

// A new network is one file and one row here.
constexpr std::array kNetworks = {
    NetworkRow{"resnet18",
               [](const NetworkOptions& options) -> NewNetwork {
                 return std::make_shared<ResNet>(
                     ResNetOptions{options, {2, 2, 2, 2}, /*bottleneck=*/false});
               },
               FoldResNet},
    NetworkRow{"resnet50",
               [](const NetworkOptions& options) -> NewNetwork {
                 return std::make_shared<ResNet>(
                     ResNetOptions{options, {3, 4, 6, 3}, /*bottleneck=*/true});
               },
               FoldResNet},
    NetworkRow{"resnet101",
               [](const NetworkOptions& options) -> NewNetwork {
                 return std::make_shared<ResNet>(
                     ResNetOptions{options, {3, 4, 23, 3}, /*bottleneck=*/true});
               },
               FoldResNet},
    NetworkRow{"vgg16",
               [](const NetworkOptions& options) -> NewNetwork {
                 return std::make_shared<Vgg>(VggOptions{options, {2, 2, 3, 3, 3}});
               },
               FoldVgg},
    NetworkRow{"vgg19",
               [](const NetworkOptions& options) -> NewNetwork {
                 return std::make_shared<Vgg>(VggOptions{options, {2, 2, 4, 4, 4}});
               },
               FoldVgg},
};

constexpr std::string_view kLogMark = "-log";
constexpr double kDefaultAlpha = 0.2;  // the paper's best, Table 4
constexpr double kLeastAlpha = 0.001;
constexpr double kLargestAlpha = 100;

struct Architecture {
  const NetworkRow* row = nullptr;
  std::optional<double> log_alpha;
};

Status RefuseArchitecture(const std::string& architecture) {
  std::string names;
  for (const NetworkRow& row : kNetworks) {
    names.append(names.empty() ? "" : ", ").append(row.name);
  }
  return InvalidArgument(
      "architecture must be NETWORK, NETWORK-log or NETWORK-logALPHA, "
      "NETWORK one of " +
      names + " and ALPHA 0.001..100; was '" + architecture + "'");
}

Result<Architecture> ParseArchitecture(const std::string& text) {
  const std::string_view all = text;
  const std::string_view name = all.substr(0, all.find('-'));
  const std::string_view rest = all.substr(name.size());
  Architecture parsed;
  for (const NetworkRow& row : kNetworks) {
    if (row.name == name) parsed.row = &row;
  }
  if (parsed.row == nullptr) return RefuseArchitecture(text);
  if (rest.empty()) return parsed;
  if (rest.substr(0, kLogMark.size()) != kLogMark) return RefuseArchitecture(text);
  const std::string_view number = rest.substr(kLogMark.size());
  double alpha = kDefaultAlpha;
  if (!number.empty()) {
    const char* const end = number.data() + number.size();
    const auto [stop, error] =
        std::from_chars(number.data(), end, alpha, std::chars_format::fixed);
    if (error != std::errc() || stop != end) return RefuseArchitecture(text);
  }
  if (!(alpha >= kLeastAlpha && alpha <= kLargestAlpha)) return RefuseArchitecture(text);
  parsed.log_alpha = alpha;
  return parsed;
}

}  // namespace

Result<std::shared_ptr<Network>> CreateNetwork(const std::string& architecture,
                                               int outputs) {
  AIRY_ASSIGN_OR_RETURN(const Architecture parsed, ParseArchitecture(architecture));
  if (outputs < 1 || outputs > 10000) {
    return InvalidArgument("a network's outputs must be 1..10000; were " +
                           std::to_string(outputs));
  }
  return parsed.row->create({.log_alpha = parsed.log_alpha, .outputs = outputs});
}

Result<std::unique_ptr<InferenceGraph>> CreateInferenceGraph(
    const std::string& architecture, const Network& network,
    const ComputeLayout& layout) {
  AIRY_ASSIGN_OR_RETURN(const Architecture parsed, ParseArchitecture(architecture));
  return parsed.row->fold(network, layout);
}

}  // namespace airy::model

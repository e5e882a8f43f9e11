// Some steps of a network on batches that are joined over processes: what the tests of
// process_sums start several times. Writes the weights of process 0.
//   joined_steps STEPS OUT.safetensors

#include <cstdio>
#include <cstdlib>
#include <string>

#include "model/gradient_step.h"
#include "model/nets/registry.h"
#include "model/nets/weights.h"
#include "model/process_sums.h"
#include "model/safetensors.h"

namespace airy::model {
namespace {

constexpr int kSize = 56;
constexpr int kPasses = 2;
constexpr int kBatch = 5;  // which two processes share out as 2 and 3

Status Run(int steps, const std::string& out) {
  AIRY_ASSIGN_OR_RETURN(const ProcessPlace place, FindProcessPlace(ReadEnvironment));
  AIRY_ASSIGN_OR_RETURN(
      const auto processes,
      ProcessGroup::Join(place, "cpu",
                         {std::chrono::seconds(60), std::chrono::seconds(60)}));
  torch::set_num_threads(1);
  torch::manual_seed(1);
  AIRY_ASSIGN_OR_RETURN(const auto network, CreateNetwork("resnet18-log"));
  TrainerOptions options;
  options.l1 = 1e-5;
  GradientStep step(options, {}, network.get(), *processes);
  network->train();
  const std::vector<int64_t> all = {0, 1, 2, 3, 4};
  for (int i = 0; i < steps; ++i) {
    double loss = 0;
    for (int pass = 0; pass < kPasses; ++pass) {
      const torch::Tensor images = torch::rand({kBatch, 1, kSize, kSize}) * 100;
      const torch::Tensor labels =
          torch::randint(2, {kBatch, kClassCount}, torch::kFloat32);
      const auto part = PartOf(*processes, all);
      const double share = static_cast<double>(part.size()) / (kBatch * kPasses);
      loss += share * step.Add({images.narrow(0, part[0], std::ssize(part)),
                                labels.narrow(0, part[0], std::ssize(part))},
                               share);
    }
    std::printf("%.6f\n", step.Join(loss));
    step.Apply(/*learning_rate=*/0.002);
  }
  Safetensors file;
  file.tensors = StoreWeights(*network, TensorType::kF32);
  return WriteSafetensors(out, file);
}

}  // namespace
}  // namespace airy::model

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const airy::Status status = airy::model::Run(std::atoi(arguments[1]), arguments[2]);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}

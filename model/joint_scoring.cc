#include "model/joint_scoring.h"

#include "model/process_sums.h"

namespace airy::model {

Result<Outputs> RunTogether(const ProcessGroup& processes, const BatchMaker& batches,
                            std::span<const int64_t> indices, int size, int batch,
                            Network* network) {
  if (processes.size() == 1 || std::ssize(indices) < processes.size()) {
    return RunOn(batches, indices, size, batch, network);
  }
  const std::span<const int64_t> part = PartOf(processes, indices);
  AIRY_ASSIGN_OR_RETURN(const Outputs own, RunOn(batches, part, size, batch, network));
  const auto join = [&](const torch::Tensor& rows) {
    const torch::Tensor all =
        torch::zeros({std::ssize(indices), rows.size(1)}, rows.options());
    all.narrow(0, part.data() - indices.data(), std::ssize(part)).copy_(rows);
    SumOver(processes, all);
    return all;
  };
  return Outputs{join(own.logits), join(own.labels)};
}

}  // namespace airy::model

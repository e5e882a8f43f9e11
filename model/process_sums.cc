#include "model/process_sums.h"

namespace airy::model {

void SumOver(const ProcessGroup& processes, torch::Tensor tensor) {
  if (processes.size() == 1) return;
  const torch::NoGradGuard no_grad;
  const torch::Tensor sum =
      tensor.detach().to(processes.connection()->device()).contiguous();
  processes.connection()->Sum(sum);
  if (!sum.is_same(tensor)) tensor.copy_(sum);
}

void ShareFromLead(const ProcessGroup& processes, torch::Tensor tensor) {
  const torch::NoGradGuard no_grad;
  if (!processes.leads()) tensor.zero_();
  SumOver(processes, tensor);
}

torch::Tensor GatherRows(const ProcessGroup& processes, const torch::Tensor& row) {
  const torch::Tensor rows = torch::zeros({processes.size(), row.numel()}, row.options());
  rows[processes.rank()].copy_(row);
  SumOver(processes, rows);
  return rows;
}

Status CheckParts(const ProcessGroup& processes, int64_t images) {
  if (images >= processes.size()) return OkStatus();
  return InvalidArgument("batch must be at least the number of processes, " +
                         std::to_string(processes.size()) + ", which share it out; was " +
                         std::to_string(images));
}

std::span<const int64_t> PartOf(const ProcessGroup& processes,
                                std::span<const int64_t> all) {
  const auto size = static_cast<size_t>(processes.size());
  const auto rank = static_cast<size_t>(processes.rank());
  const size_t first = all.size() * rank / size;
  return all.subspan(first, all.size() * (rank + 1) / size - first);
}

}  // namespace airy::model

#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <stdexcept>

#include "model/process_group.h"

namespace airy::model {

// A process of the group has ended, or does not answer.
class ProcessLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ProcessGroup::Connection {
 public:
  virtual ~Connection() = default;
  // Sums a dense tensor on the group's device over the processes, in place.
  virtual void Sum(torch::Tensor tensor) = 0;
  virtual torch::Device device() const = 0;
};

// Replaces a tensor, of any device, by its sum over the processes: the same bits in all
// of them. Throws ProcessLost, as all that follow.
void SumOver(const ProcessGroup& processes, torch::Tensor tensor);
// Replaces a tensor by that of process 0.
void ShareFromLead(const ProcessGroup& processes, torch::Tensor tensor);
// The vectors [n] of all processes, by rank: [size, n].
torch::Tensor GatherRows(const ProcessGroup& processes, const torch::Tensor& row);

// InvalidArgument when a batch of `images` leaves a process without any.
Status CheckParts(const ProcessGroup& processes, int64_t images);
// What is this process's of a joined batch or set: as many as any other's, or one more.
std::span<const int64_t> PartOf(const ProcessGroup& processes,
                                std::span<const int64_t> all);

}  // namespace airy::model

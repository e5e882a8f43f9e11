#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "model/process_place.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Several processes that train one network, each on its part of every batch, by
// LibTorch's c10d: Gloo on the CPU, NCCL on CUDA. All of them do the same exchanges in
// the same order (process_sums.h). Whoever ends leaves its connections closed, which ends
// the others: with a message, not waiting for ever. There is no authentication: process 0
// waits at the address of its place and nowhere else, and processes talk from the address
// from which they reach it. Immutable; exchanges are the owner thread's.
class ProcessGroup {
 public:
  struct Patience {
    std::chrono::milliseconds to_meet = std::chrono::minutes(5);
    std::chrono::milliseconds to_exchange = std::chrono::minutes(30);
  };

  // One process: needs nothing.
  static const ProcessGroup& Alone();
  // Meets the others, who all call it. `device` as TrainerOptions; with "auto" the GPU
  // number place.local_rank where there are any. With one process nothing is opened.
  // Unavailable when the others do not come in time or process 0 cannot be reached,
  // InvalidArgument for an address nobody knows or as FindDevice, Unimplemented when
  // this LibTorch was built without what the device needs.
  static Result<std::unique_ptr<ProcessGroup>> Join(const ProcessPlace& place,
                                                    const std::string& device,
                                                    const Patience& patience);
  ~ProcessGroup();

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool leads() const { return rank_ == 0; }
  // What process 0 says, to all. Unavailable when a process has ended.
  Result<int> FromLead(int value) const;

  // What tensors go through; null for one process.
  class Connection;
  Connection* connection() const { return connection_.get(); }

 private:
  ProcessGroup(int rank, int size, std::unique_ptr<Connection> connection);

  const int rank_;
  const int size_;
  const std::unique_ptr<Connection> connection_;
};

}  // namespace airy::model

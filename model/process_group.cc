#include "model/process_group.h"

#include <cstdlib>
#include <utility>

#include "model/c10d.h"
#include "model/device.h"
#include "model/process_sums.h"

#ifdef AIRY_HAS_C10D
#include "model/meeting.h"
#endif
#ifdef AIRY_HAS_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#ifdef AIRY_HAS_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace airy::model {
namespace {

#ifdef AIRY_HAS_C10D

// Sums by one of c10d's groups, whatever type its base has in this LibTorch.
template <typename Group>
class C10dConnection final : public ProcessGroup::Connection {
 public:
  C10dConnection(const ProcessPlace& place, Meeting meeting,
                 c10::intrusive_ptr<Group> group, torch::Device device)
      : place_(place),
        meeting_(std::move(meeting)),
        group_(std::move(group)),
        device_(device) {}
  ~C10dConnection() override {
    constexpr std::chrono::seconds kPatience(5);
    if (!is_lost_) Leave(place_, kPatience, meeting_.store.get());
  }

  void Sum(torch::Tensor tensor) override {
    std::vector<torch::Tensor> tensors = {std::move(tensor)};
    try {
      group_->allreduce(tensors)->wait();
    } catch (const std::exception& error) {
      is_lost_ = true;
      throw ProcessLost("process " + std::to_string(place_.rank) + " of " +
                        std::to_string(place_.size) +
                        " lost another, which ended or does not answer (" +
                        FirstLine(error) + ")");
    }
  }
  torch::Device device() const override { return device_; }

 private:
  const ProcessPlace place_;
  const Meeting meeting_;
  const c10::intrusive_ptr<Group> group_;
  const torch::Device device_;
  bool is_lost_ = false;
};

#endif

#ifdef AIRY_HAS_GLOO

std::unique_ptr<ProcessGroup::Connection> ConnectByGloo(
    const Meeting& meeting, const ProcessPlace& place,
    const ProcessGroup::Patience& patience, torch::Device device) {
  const auto options = c10d::ProcessGroupGloo::Options::create(patience.to_exchange);
  options->devices.push_back(
      c10d::ProcessGroupGloo::createDeviceForHostname(meeting.own_address));
  auto group = c10::make_intrusive<c10d::ProcessGroupGloo>(meeting.store, place.rank,
                                                           place.size, options);
  return std::make_unique<C10dConnection<c10d::ProcessGroupGloo>>(
      place, meeting, std::move(group), device);
}

#endif

#ifdef AIRY_HAS_NCCL

std::unique_ptr<ProcessGroup::Connection> ConnectByNccl(
    const Meeting& meeting, const ProcessPlace& place,
    const ProcessGroup::Patience& patience, torch::Device device) {
  // Else an exchange ends when it was queued, and one with a lost process never.
  for (const char* name : {"NCCL_BLOCKING_WAIT", "TORCH_NCCL_BLOCKING_WAIT"}) {
    setenv(name, "1", /*overwrite=*/0);
  }
  const auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = patience.to_exchange;
  auto group = c10::make_intrusive<c10d::ProcessGroupNCCL>(meeting.store, place.rank,
                                                           place.size, options);
  return std::make_unique<C10dConnection<c10d::ProcessGroupNCCL>>(
      place, meeting, std::move(group), device);
}

#endif

Result<std::unique_ptr<ProcessGroup::Connection>> Connect(
    [[maybe_unused]] const ProcessPlace& place,
    [[maybe_unused]] const ProcessGroup::Patience& patience, torch::Device device) {
#ifdef AIRY_HAS_NCCL
  if (device.is_cuda()) {
    AIRY_ASSIGN_OR_RETURN(const Meeting meeting, Meet(place, patience.to_meet));
    return ConnectByNccl(meeting, place, patience, device);
  }
#endif
#ifdef AIRY_HAS_GLOO
  if (device.is_cpu()) {
    AIRY_ASSIGN_OR_RETURN(const Meeting meeting, Meet(place, patience.to_meet));
    return ConnectByGloo(meeting, place, patience, device);
  }
#endif
  return Status(StatusCode::kUnimplemented,
                std::to_string(place.size) + " processes cannot train together on " +
                    device.str() + ": airy was built with a LibTorch without " +
                    (device.is_cuda() ? "c10d's NCCL, or without NCCL's headers"
                                      : "c10d's Gloo, or without Gloo's headers"));
}

}  // namespace

ProcessGroup::ProcessGroup(int rank, int size, std::unique_ptr<Connection> connection)
    : rank_(rank), size_(size), connection_(std::move(connection)) {}

ProcessGroup::~ProcessGroup() = default;

const ProcessGroup& ProcessGroup::Alone() {
  static const ProcessGroup alone(0, 1, nullptr);
  return alone;
}

Result<std::unique_ptr<ProcessGroup>> ProcessGroup::Join(const ProcessPlace& place,
                                                         const std::string& device,
                                                         const Patience& patience) {
  std::unique_ptr<Connection> connection;
  if (place.size > 1) {
    const std::string who = "process " + std::to_string(place.rank) + " of " +
                            std::to_string(place.size) + ", which meet at " +
                            place.address + ":" + std::to_string(place.port);
    try {
      AIRY_ASSIGN_OR_RETURN(const torch::Device found,
                            FindDevice(device, place.local_rank));
      AIRY_ASSIGN_OR_RETURN(connection, Connect(place, patience, found));
    } catch (const std::exception& error) {
      return Unavailable(who + ": " + FirstLine(error));
    }
  }
  return std::unique_ptr<ProcessGroup>(
      new ProcessGroup(place.rank, place.size, std::move(connection)));
}

Result<int> ProcessGroup::FromLead(int value) const {
  const torch::Tensor said = torch::tensor(value, torch::kInt64);
  try {
    ShareFromLead(*this, said);
  } catch (const ProcessLost& lost) {
    return Unavailable(lost.what());
  }
  return said.item<int>();
}

}  // namespace airy::model

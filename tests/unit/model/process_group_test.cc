#include "model/process_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "model/meeting_host.h"
#include "model/nets/weights.h"
#include "model/process_sums.h"
#include "model/safetensors.h"
#include "tests/testing/status.h"
#include "tests/unit/model/running_group.h"
#include "tests/unit/model/temporary_folder.h"

namespace airy::model {
namespace {

using ::testing::HasSubstr;

TEST(ProcessGroupTest, SumsAndSharesOverAllOfThem) {
  RunGroup(3, [](const ProcessGroup& group) {
    torch::Tensor ranks = torch::full({2, 2}, group.rank() + 1, torch::kFloat64);
    SumOver(group, ranks);
    EXPECT_TRUE(ranks.eq(6).all().item<bool>());
    const torch::Tensor columns =
        torch::full({4, 2}, group.rank(), torch::kFloat32).t();  // not dense
    SumOver(group, columns);
    EXPECT_TRUE(columns.eq(3).all().item<bool>());
    const torch::Tensor rows =
        GatherRows(group, torch::full({2}, 10 * group.rank(), torch::kFloat32));
    EXPECT_TRUE(rows.equal(torch::tensor({{0.0F, 0.0F}, {10.0F, 10.0F}, {20.0F, 20.0F}})))
        << rows;
    EXPECT_EQ(group.FromLead(group.rank() + 7).value(), 7);
  });
}

TEST(ProcessGroupTest, PartsOfABatchMakeTheWhole) {
  const std::vector<int64_t> all = {4, 5, 6, 7, 8};
  std::vector<int64_t> joined;
  std::mutex mutex;
  RunGroup(2, [&](const ProcessGroup& group) {
    const auto part = PartOf(group, all);
    EXPECT_EQ(part.size(), group.leads() ? 2U : 3U);
    const std::lock_guard lock(mutex);
    joined.insert(joined.end(), part.begin(), part.end());
  });
  EXPECT_THAT(joined, ::testing::UnorderedElementsAreArray(all));
  EXPECT_EQ(PartOf(ProcessGroup::Alone(), all).size(), 5U);
}

TEST(ProcessGroupTest, WaitsAtItsAddressAlone) {
  const int port = FreePort();
  const auto host = MeetingHost::Open(PlaceAt(0, 2, port));
  ASSERT_OK(host);
  EXPECT_OK(Socket::ConnectTo(PlaceAt(1, 2, port)));
  ProcessPlace elsewhere = PlaceAt(1, 2, port);
  elsewhere.address = "127.0.0.2";  // of this machine too
  EXPECT_STATUS(StatusCode::kUnavailable, Socket::ConnectTo(elsewhere));
}

TEST(ProcessGroupTest, SaysWhoDidNotCome) {
  const auto group =
      ProcessGroup::Join(PlaceAt(0, 2, FreePort()), "cpu",
                         {std::chrono::milliseconds(200), std::chrono::seconds(1)});
  EXPECT_STATUS(StatusCode::kUnavailable, group);
  EXPECT_THAT(group.status().message(), HasSubstr("not all 2 processes came"));

  const int port = FreePort();
  const auto early =
      ProcessGroup::Join(PlaceAt(1, 2, port), "cpu",
                         {std::chrono::milliseconds(200), std::chrono::seconds(1)});
  EXPECT_STATUS(StatusCode::kUnavailable, early);
  EXPECT_THAT(early.status().message(),
              HasSubstr("process 0 is not at 127.0.0.1:" + std::to_string(port)));
}

TEST(ProcessGroupTest, RefusesAnAddressThatIsNotItsOwn) {
  ProcessPlace place = PlaceAt(0, 2, FreePort());
  place.address = "192.0.2.1";  // of documentation, nobody's
  const auto group = ProcessGroup::Join(place, "cpu", kSoon);
  EXPECT_STATUS(StatusCode::kUnavailable, group);
  place.address = "no such machine";
  EXPECT_STATUS(StatusCode::kInvalidArgument, ProcessGroup::Join(place, "cpu", kSoon));
}

// How the members of a group that cannot be were refused.
std::vector<Status> Refusals(const std::vector<std::pair<int, int>>& ranks_and_sizes) {
  const int port = FreePort();
  std::vector<Status> statuses(ranks_and_sizes.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < statuses.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto [rank, size] = ranks_and_sizes[i];
      statuses[i] = ProcessGroup::Join(PlaceAt(rank, size, port), "cpu",
                                       {std::chrono::seconds(1), std::chrono::seconds(1)})
                        .status();
    });
  }
  for (std::thread& thread : threads) thread.join();
  return statuses;
}

auto OneSays(const std::string& words) {
  return ::testing::Contains(::testing::Property(&Status::message, HasSubstr(words)));
}

TEST(ProcessGroupTest, RefusesMembersThatContradictEachOther) {
  EXPECT_THAT(Refusals({{0, 2}, {1, 3}}), OneSays("another process says that there are"));
  EXPECT_THAT(Refusals({{0, 3}, {1, 3}, {1, 3}}),
              OneSays("there are two processes 1 of 3"));
}

TEST(ProcessGroupTest, AProcessThatEndsEndsTheOthers) {
  RunGroup(2, [](const ProcessGroup& group) {
    EXPECT_EQ(group.FromLead(1).value(), 1);
    if (group.leads()) return;  // gone
    torch::Tensor value = torch::ones({4});
    try {
      SumOver(group, value);
      ADD_FAILURE() << "nobody is there";
    } catch (const ProcessLost& lost) {
      EXPECT_THAT(lost.what(), HasSubstr("process 1 of 2 lost another"));
    }
  });
}

using Weights = std::map<std::string, torch::Tensor>;

Weights ReadWeights(const std::string& path) {
  const auto file = ReadSafetensors(path);
  EXPECT_OK(file);
  Weights weights;
  for (const StoredTensor& stored : file->tensors) {
    weights[stored.name] = LoadTensor(stored);
  }
  return weights;
}

// What each of so many processes has after steps on a joined batch of five images, which
// two share out as two and three.
std::vector<Weights> TakeSteps(int processes, int steps) {
  const TemporaryFolder folder;
  const auto file = [&folder](int rank) { return folder.File(std::to_string(rank)); };
  const std::string port = std::to_string(FreePort());
  std::string command;
  for (int rank = 0; rank < processes; ++rank) {
    command += "RANK=" + std::to_string(rank) +
               " WORLD_SIZE=" + std::to_string(processes) + " MASTER_PORT=" + port +
               " OMP_NUM_THREADS=1 " AIRY_JOINED_STEPS " " + std::to_string(steps) + " " +
               file(rank) + " > " + file(rank) + ".log & ";
  }
  EXPECT_EQ(std::system((command + "wait").c_str()), 0);
  std::vector<Weights> all;
  for (int rank = 0; rank < processes; ++rank) all.push_back(ReadWeights(file(rank)));
  return all;
}

// How far apart they are, as a share of their norm: parameters or running statistics.
double Apart(const Weights& found, const Weights& expected, bool running) {
  double apart = 0;
  double norm = 0;
  for (const auto& [name, tensor] : expected) {
    if (running != (name.find("running") != std::string::npos)) continue;
    apart += (found.at(name) - tensor).square().sum().item<double>();
    norm += tensor.square().sum().item<double>();
  }
  return std::sqrt(apart / norm);
}

// Tensor by tensor: biases begin at 0, and are now the gradient itself. Rounding turns
// single activations over the kink of LeakyReLU, which alone moves some by 0.004.
TEST(ProcessGroupTest, TheFirstStepOfTwoProcessesIsThatOfOne) {
  const Weights one = TakeSteps(1, 1).front();
  const Weights two = TakeSteps(2, 1).front();
  ASSERT_EQ(one.size(), 91U);
  for (const auto& [name, tensor] : one) {
    const double apart = (two.at(name) - tensor).norm().item<double>();
    EXPECT_LT(apart, 0.01 * tensor.norm().item<double>()) << name;
  }
}

TEST(ProcessGroupTest, AfterTenStepsTwoProcessesEqualOneAndEachOther) {
  const Weights one = TakeSteps(1, 10).front();
  const std::vector<Weights> two = TakeSteps(2, 10);
  EXPECT_LT(Apart(two[0], one, /*running=*/false), 1e-4);
  EXPECT_LT(Apart(two[0], one, /*running=*/true), 2e-3);
  for (const auto& [name, tensor] : two[0]) {
    EXPECT_TRUE(tensor.equal(two[1].at(name))) << name;
  }
}

}  // namespace
}  // namespace airy::model

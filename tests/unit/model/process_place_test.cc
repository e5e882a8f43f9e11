#include "model/process_place.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/testing/status.h"

namespace airy::model {
namespace {

Result<ProcessPlace> Find(const std::map<std::string, std::string>& variables) {
  return FindProcessPlace([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

void ExpectRefused(const std::map<std::string, std::string>& variables,
                   const std::string& message) {
  const auto place = Find(variables);
  EXPECT_STATUS(StatusCode::kInvalidArgument, place);
  EXPECT_EQ(place.status().message(), message);
}

TEST(ProcessPlaceTest, WithoutALauncherAProcessIsAlone) {
  const ProcessPlace place = Find({{"MASTER_PORT", "4000"}}).value();
  EXPECT_EQ(place.rank, 0);
  EXPECT_EQ(place.size, 1);
}

TEST(ProcessPlaceTest, ReadsWhatEachLauncherSays) {
  const std::map<std::string, std::string> launchers[] = {
      {{"RANK", "3"}, {"WORLD_SIZE", "4"}, {"LOCAL_RANK", "1"}},
      {{"OMPI_COMM_WORLD_RANK", "3"},
       {"OMPI_COMM_WORLD_SIZE", "4"},
       {"OMPI_COMM_WORLD_LOCAL_RANK", "1"}},
      {{"PMI_RANK", "3"}, {"PMI_SIZE", "4"}, {"MPI_LOCALRANKID", "1"}},
      {{"SLURM_PROCID", "3"}, {"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_LOCALID", "1"}},
  };
  for (const auto& launcher : launchers) {
    const auto place = Find(launcher);
    ASSERT_OK(place);
    EXPECT_EQ(place->rank, 3);
    EXPECT_EQ(place->size, 4);
    EXPECT_EQ(place->local_rank, 1);
    EXPECT_EQ(place->address, "127.0.0.1");
    EXPECT_EQ(place->port, 29500);
  }
}

TEST(ProcessPlaceTest, MeetsWhereItIsTold) {
  const ProcessPlace place = Find({{"RANK", "0"},
                                   {"WORLD_SIZE", "2"},
                                   {"MASTER_ADDR", "node7"},
                                   {"MASTER_PORT", "4000"}})
                                 .value();
  EXPECT_EQ(place.address, "node7");
  EXPECT_EQ(place.port, 4000);
  EXPECT_FALSE(place.has_host);
}

TEST(ProcessPlaceTest, LeavesTheMeetingPlaceToATorchrunThatKeepsIt) {
  const ProcessPlace place = Find({{"RANK", "0"},
                                   {"WORLD_SIZE", "2"},
                                   {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                                   {"TORCHELASTIC_RESTART_COUNT", "2"}})
                                 .value();
  EXPECT_TRUE(place.has_host);
  EXPECT_EQ(place.key, "2");
}

// In a batch script, and in a shell that salloc opens, one process runs.
TEST(ProcessPlaceTest, ABatchScriptIsNotATaskOfItsJob) {
  EXPECT_EQ(Find({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}, {"SLURM_LOCALID", "0"}})
                .value()
                .size,
            1);
  EXPECT_EQ(Find({{"SLURM_PROCID", "0"},
                  {"SLURM_NTASKS", "8"},
                  {"SLURM_STEP_NUM_TASKS", "1"},
                  {"SLURM_STEP_NUM_NODES", "1"}})
                .value()
                .size,
            1);
}

// torchrun, once per machine, started by srun; mpirun in a step of srun.
TEST(ProcessPlaceTest, TheInnermostLauncherCounts) {
  const ProcessPlace torchrun = Find({{"SLURM_PROCID", "1"},
                                      {"SLURM_STEP_NUM_TASKS", "2"},
                                      {"RANK", "5"},
                                      {"WORLD_SIZE", "8"},
                                      {"MASTER_ADDR", "node0"}})
                                    .value();
  EXPECT_EQ(torchrun.rank, 5);
  EXPECT_EQ(torchrun.size, 8);
  const ProcessPlace mpirun = Find({{"SLURM_PROCID", "0"},
                                    {"SLURM_STEP_NUM_TASKS", "1"},
                                    {"OMPI_COMM_WORLD_RANK", "1"},
                                    {"OMPI_COMM_WORLD_SIZE", "2"}})
                                  .value();
  EXPECT_EQ(mpirun.size, 2);
}

TEST(ProcessPlaceTest, RefusesWhatContradictsItself) {
  ExpectRefused({{"RANK", "0"}},
                "environment variable RANK was '0', but WORLD_SIZE is not set: several "
                "processes need both");
  ExpectRefused({{"WORLD_SIZE", "2"}},
                "environment variable WORLD_SIZE was '2', but RANK is not set: several "
                "processes need both");
  ExpectRefused({{"RANK", "2"}, {"WORLD_SIZE", "2"}},
                "environment variable RANK must be 0..1; was '2'");
  ExpectRefused({{"RANK", "-1"}, {"WORLD_SIZE", "2"}},
                "environment variable RANK must be 0..1; was '-1'");
  ExpectRefused({{"RANK", "0"}, {"WORLD_SIZE", "two"}},
                "environment variable WORLD_SIZE must be 1..65536; was 'two'");
  ExpectRefused({{"RANK", "0"}, {"WORLD_SIZE", ""}},
                "environment variable WORLD_SIZE must be 1..65536; was ''");
  ExpectRefused({{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"LOCAL_RANK", "2"}},
                "environment variable LOCAL_RANK must be 0..1; was '2'");
  ExpectRefused({{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_PORT", "70000"}},
                "environment variable MASTER_PORT must be 1..65535; was '70000'");
}

TEST(ProcessPlaceTest, SeveralMachinesNeedAnAddress) {
  const std::string message =
      "environment variable MASTER_ADDR must name the machine of process 0 where "
      "processes are on several machines; it is not set";
  ExpectRefused({{"SLURM_PROCID", "0"},
                 {"SLURM_STEP_NUM_TASKS", "4"},
                 {"SLURM_STEP_NUM_NODES", "2"}},
                message);
  ExpectRefused({{"OMPI_COMM_WORLD_RANK", "0"},
                 {"OMPI_COMM_WORLD_SIZE", "4"},
                 {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}},
                message);
}

}  // namespace
}  // namespace airy::model

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "preprocess/frame/result.h"

namespace airy::model {

// The place of a process among those that train together.
struct ProcessPlace {
  int rank = 0;        // 0..size-1; process 0 leads
  int size = 1;        // processes; 1: it trains alone
  int local_rank = 0;  // among those of its machine: which GPU is its own
  // Where process 0 is met: a name or number of its machine, and a TCP port.
  std::string address = "127.0.0.1";
  int port = 29500;
  // Who started the processes waits there already (torchrun), so process 0 need not. The
  // key tells one start from the next.
  bool has_host = false;
  std::string key;
};

// The value of an environment variable, none where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> ReadEnvironment(const std::string& name);

// Reads what a launcher says; of several, the first:
//   torchrun, or by hand   RANK, WORLD_SIZE; LOCAL_RANK
//   mpirun of Open MPI     OMPI_COMM_WORLD_RANK, _SIZE, _LOCAL_RANK
//   mpirun of MPICH, srun --mpi=pmi2   PMI_RANK, PMI_SIZE; MPI_LOCALRANKID
//   srun                   SLURM_PROCID, SLURM_STEP_NUM_TASKS; SLURM_LOCALID
// Only a step of srun counts its tasks in SLURM_STEP_NUM_TASKS: SLURM_NTASKS is what a
// batch script asked for, and set in it too, where one process runs. None of them: one
// process. MASTER_ADDR and MASTER_PORT say where process 0 is met, else the loopback
// address and port 29500. InvalidArgument names the variable that is missing, no number
// or out of range; or MASTER_ADDR where it is needed because a launcher says that there
// are several machines.
Result<ProcessPlace> FindProcessPlace(const Environment& environment);

}  // namespace airy::model

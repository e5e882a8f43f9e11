#include "model/process_place.h"

#include <charconv>
#include <cstdlib>

namespace airy::model {
namespace {

constexpr int kMostProcesses = 65536;
constexpr int kHighestPort = 65535;

// How a launcher names what it says. Not every one says how many processes of the group
// are on this machine, or on how many machines they are.
struct Launcher {
  const char* rank;
  const char* size;
  const char* local_rank;
  const char* local_size;
  const char* machines;
};

constexpr Launcher kLaunchers[] = {
    {"RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", nullptr},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
     "OMPI_COMM_WORLD_LOCAL_SIZE", nullptr},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS", nullptr},
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", nullptr,
     "SLURM_STEP_NUM_NODES"},
};

// Leaves `value` as it is when the variable is not set, or has no name.
Status ReadInteger(const Environment& environment, const char* name, int low, int high,
                   int* value) {
  const auto text = name == nullptr ? std::nullopt : environment(name);
  if (!text) return OkStatus();
  const char* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, *value);
  if (parsed.ec == std::errc() && parsed.ptr == end && *value >= low && *value <= high) {
    return OkStatus();
  }
  return InvalidArgument("environment variable " + std::string(name) + " must be " +
                         std::to_string(low) + ".." + std::to_string(high) + "; was '" +
                         *text + "'");
}

Status RequireBoth(const Environment& environment, const Launcher& launcher) {
  for (const auto& [there, missing] : {std::pair{launcher.rank, launcher.size},
                                       std::pair{launcher.size, launcher.rank}}) {
    if (environment(there) && !environment(missing)) {
      return InvalidArgument("environment variable " + std::string(there) + " was '" +
                             *environment(there) + "', but " + missing +
                             " is not set: several processes need both");
    }
  }
  return OkStatus();
}

// SLURM_PROCID is set in a batch script too.
const Launcher* FindLauncher(const Environment& environment) {
  for (const Launcher& launcher : kLaunchers) {
    const bool is_slurm = launcher.machines != nullptr;
    if (environment(launcher.size) || (!is_slurm && environment(launcher.rank))) {
      return &launcher;
    }
  }
  return nullptr;
}

// The machines on which the processes are, as far as is known at least.
Status CheckAddress(const Environment& environment, const Launcher& launcher, int size) {
  int machines = 1;
  AIRY_TRY(ReadInteger(environment, launcher.machines, 1, kMostProcesses, &machines));
  int local_size = size;
  AIRY_TRY(ReadInteger(environment, launcher.local_size, 1, size, &local_size));
  if ((machines == 1 && local_size == size) || environment("MASTER_ADDR")) {
    return OkStatus();
  }
  return InvalidArgument(
      "environment variable MASTER_ADDR must name the machine of process 0 where "
      "processes are on several machines; it is not set");
}

}  // namespace

std::optional<std::string> ReadEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

Result<ProcessPlace> FindProcessPlace(const Environment& environment) {
  ProcessPlace place;
  const Launcher* launcher = FindLauncher(environment);
  if (launcher == nullptr) return place;
  AIRY_TRY(RequireBoth(environment, *launcher));
  AIRY_TRY(ReadInteger(environment, launcher->size, 1, kMostProcesses, &place.size));
  AIRY_TRY(ReadInteger(environment, launcher->rank, 0, place.size - 1, &place.rank));
  place.local_rank = place.rank;
  AIRY_TRY(
      ReadInteger(environment, launcher->local_rank, 0, place.rank, &place.local_rank));
  if (place.size == 1) return place;
  AIRY_TRY(CheckAddress(environment, *launcher, place.size));
  if (const auto address = environment("MASTER_ADDR")) place.address = *address;
  if (place.address.empty()) {
    return InvalidArgument(
        "environment variable MASTER_ADDR must name a machine; was ''");
  }
  AIRY_TRY(ReadInteger(environment, "MASTER_PORT", 1, kHighestPort, &place.port));
  place.has_host = environment("TORCHELASTIC_USE_AGENT_STORE") == "True";
  place.key = environment("TORCHELASTIC_RESTART_COUNT").value_or("0");
  return place;
}

}  // namespace airy::model

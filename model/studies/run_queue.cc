#include "model/studies/run_queue.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

namespace airy::studies {
namespace {

namespace fs = std::filesystem;

constexpr const char kFigures[] = "figures.json";
constexpr const char kPlan[] = "plan.txt";

// What a folder was last used for.
std::string ReadPlan(const fs::path& folder) {
  std::ifstream file(folder / kPlan);
  std::string text;
  std::getline(file, text);
  return text;
}

// The folder with nothing in it but the plan, unless it is of this plan already.
Status Prepare(const fs::path& folder, const std::string& fingerprint) {
  std::error_code failed;
  if (ReadPlan(folder) == fingerprint) return OkStatus();
  fs::remove_all(folder, failed);
  if (!failed) fs::create_directories(folder, failed);
  if (!failed) {
    std::ofstream file(folder / kPlan);
    file << fingerprint << std::endl;
    if (file) return OkStatus();
  }
  return Unavailable(folder.string() + ": cannot be written");
}

}  // namespace

Result<RunQueue> RunQueue::Open(const std::string& folder,
                                const std::vector<RunPlan>& plans,
                                const std::string& set) {
  RunQueue queue(folder, set);
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return Unavailable(folder + ": " + failed.message());
  for (const RunPlan& plan : plans) {
    const auto same = std::ranges::find(queue.plans_, plan.name, &RunPlan::name);
    if (same == queue.plans_.end()) {
      queue.plans_.push_back(plan);
    } else if (Fingerprint(*same, set) != Fingerprint(plan, set)) {
      return InvalidArgument("two runs have the name '" + plan.name + "': " +
                             Fingerprint(*same, set) + "; " + Fingerprint(plan, set));
    }
  }
  for (const RunPlan& plan : queue.plans_) {
    auto record = ReadRunRecord(fs::path(queue.FolderOf(plan.name)) / kFigures);
    // One that cannot be read is one that is not there.
    if (!record.ok() || record->fingerprint != Fingerprint(plan, set)) continue;
    queue.records_[plan.name] = std::move(record).value();
  }
  return queue;
}

std::string RunQueue::FolderOf(const std::string& name) const {
  return (fs::path(folder_) / name).string();
}

const RunRecord* RunQueue::Find(const std::string& name) const {
  const auto found = records_.find(name);
  return found == records_.end() ? nullptr : &found->second;
}

std::string RunQueue::FailureOf(const std::string& name) const {
  const auto found = failures_.find(name);
  return found == failures_.end() ? "" : found->second;
}

Status RunQueue::WorkOn(const RunPlan& plan, const Worker& worker,
                        const Position& position) {
  const std::string fingerprint = Fingerprint(plan, set_);
  const std::string folder = FolderOf(plan.name);
  if (!plan.start.empty() && Find(plan.start) == nullptr) {
    return FailedPrecondition("its start '" + plan.start + "' is not done");
  }
  AIRY_TRY(Prepare(folder, fingerprint));
  AIRY_ASSIGN_OR_RETURN(RunRecord record, worker(plan, folder, position));
  record.fingerprint = fingerprint;
  AIRY_TRY(WriteRunRecord((fs::path(folder) / kFigures).string(), record));
  records_[plan.name] = std::move(record);
  return OkStatus();
}

Status RunQueue::Work(const Limits& limits, const Worker& worker) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  int done = 0;
  Position position{0, runs()};
  for (const RunPlan& plan : plans_) {
    ++position.number;
    if (Find(plan.name) != nullptr) continue;
    const double minutes =
        std::chrono::duration<double>(Clock::now() - start).count() / 60;
    if (limits.runs && done >= *limits.runs) break;
    if (limits.minutes && minutes >= *limits.minutes) break;
    const Status status = WorkOn(plan, worker, position);
    if (status.ok()) {
      ++done;
    } else if (status.code() == StatusCode::kCancelled) {
      break;
    } else if (status.code() == StatusCode::kUnavailable) {
      return status;
    } else {
      failures_[plan.name] = status.message();
    }
  }
  return OkStatus();
}

}  // namespace airy::studies

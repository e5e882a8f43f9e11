#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/studies/run_plan.h"
#include "model/studies/run_record.h"

namespace airy::studies {

// Runs in the order in which they are to be done, and what is known of them: each has a
// folder of its own, and there figures.json once it is finished. A queue that was stopped
// goes on where it was, and a finished run is not done again unless its plan or the set
// changed. Thread-compatible.
class RunQueue {
 public:
  struct Limits {
    std::optional<int> runs;        // to finish at most
    std::optional<double> minutes;  // after which no other one is begun
  };
  struct Position {
    int number = 1;  // from 1
    int count = 1;
  };
  // Does a run, in `folder`, which has what an earlier call for the same plan left there.
  // Cancelled: it was stopped, and the queue with it.
  using Worker = std::function<Result<RunRecord>(
      const RunPlan& plan, const std::string& folder, const Position& position)>;

  // In a folder, which is made. `set` describes the shots. Runs of one name are one run;
  // InvalidArgument when their plans differ.
  static Result<RunQueue> Open(const std::string& folder,
                               const std::vector<RunPlan>& plans, const std::string& set);

  // Does what is left, within the limits. What a run of another plan left in a folder is
  // removed before it. A run that fails, or whose start did, is passed over.
  Status Work(const Limits& limits, const Worker& worker);

  const RunRecord* Find(const std::string& name) const;
  // Why a run failed in this process; empty when it did not.
  std::string FailureOf(const std::string& name) const;
  int runs() const { return static_cast<int>(plans_.size()); }
  int finished() const { return static_cast<int>(records_.size()); }
  std::string FolderOf(const std::string& name) const;

 private:
  RunQueue(std::string folder, std::string set)
      : folder_(std::move(folder)), set_(std::move(set)) {}

  Status WorkOn(const RunPlan& plan, const Worker& worker, const Position& position);

  std::string folder_;
  std::string set_;
  std::vector<RunPlan> plans_;
  std::map<std::string, RunRecord> records_;
  std::map<std::string, std::string> failures_;
};

}  // namespace airy::studies

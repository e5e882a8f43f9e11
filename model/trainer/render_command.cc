#include <string>
#include <vector>

#include "model/torch_engine.h"
#include "model/trainer/commands.h"
#include "model/trainer/output_path.h"
#include "model/trainer/progress_line.h"
#include "model/trainer/shot_source.h"

namespace airy::trainer {

Status RunRender(std::span<const char* const> arguments) {
  std::vector<std::string_view> valued = {"out", "threads"};
  valued.insert(valued.end(), kShotFlags.begin(), kShotFlags.end());
  AIRY_ASSIGN_OR_RETURN(const Flags flags, Flags::Parse(arguments, {}, valued));
  int threads = 1;
  AIRY_TRY(flags.Integer("threads", 1, 256, &threads));
  AIRY_ASSIGN_OR_RETURN(const std::string out, ReadSafetensorsOut(flags));
  model::SetIntraOpThreads(1);
  AIRY_ASSIGN_OR_RETURN(const model::Dataset dataset, LoadShots(flags, threads));
  ProgressLine line("writing", dataset.size());
  return model::WriteDataset(out, dataset, [&line](int64_t done) { line.Show(done); });
}

}  // namespace airy::trainer

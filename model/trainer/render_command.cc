#include <string>
#include <vector>

#include "model/torch_engine.h"
#include "model/trainer/commands.h"
#include "model/trainer/progress_line.h"
#include "model/trainer/shot_source.h"

namespace airy::trainer {

Status RunRender(std::span<const char* const> arguments) {
  std::vector<std::string_view> valued = {"out", "threads"};
  valued.insert(valued.end(), kShotFlags.begin(), kShotFlags.end());
  AIRY_ASSIGN_OR_RETURN(const Flags flags, Flags::Parse(arguments, {}, valued));
  std::string out;
  int threads = 1;
  flags.Text("out", &out);
  AIRY_TRY(flags.Integer("threads", 1, 256, &threads));
  if (!out.ends_with(".safetensors")) {
    return InvalidArgument("option --out must name a .safetensors file; was '" + out +
                           "'");
  }
  model::SetIntraOpThreads(1);
  AIRY_ASSIGN_OR_RETURN(const model::Dataset dataset,
                        LoadShots(flags, threads, kReadWhenWanted));
  ProgressLine line("writing", dataset.size());
  return model::WriteDataset(out, dataset, [&line](int64_t done) { line.Show(done); });
}

}  // namespace airy::trainer

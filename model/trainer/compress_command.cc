#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "model/checkpoint_rounding.h"
#include "model/trainer/commands.h"
#include "model/trainer/output_path.h"

namespace airy::trainer {
namespace {

constexpr std::string_view kValued[] = {"model", "out"};

}  // namespace

Status RunCompress(std::span<const char* const> arguments) {
  AIRY_ASSIGN_OR_RETURN(const Flags flags, Flags::Parse(arguments, {}, kValued));
  std::string model;
  flags.Text("model", &model);
  if (model.empty()) return InvalidArgument("option --model FILE is missing");
  AIRY_ASSIGN_OR_RETURN(const std::string out, ReadSafetensorsOut(flags));
  AIRY_ASSIGN_OR_RETURN(model::Checkpoint checkpoint, model::ReadCheckpoint(model));
  const auto size_before = static_cast<double>(std::filesystem::file_size(model));
  if (Status status = model::RoundToInt8(&checkpoint); !status.ok()) {
    return status.WithContext(model);
  }
  AIRY_TRY(model::WriteCheckpoint(out, checkpoint));
  std::printf("%s: %.1f MB, was %.1f MB\n", out.c_str(),
              static_cast<double>(std::filesystem::file_size(out)) / 1e6,
              size_before / 1e6);
  return OkStatus();
}

}  // namespace airy::trainer

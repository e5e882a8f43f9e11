#include "model/trainer/output_path.h"

#include <unistd.h>

#include <filesystem>

namespace airy::trainer {

Result<std::string> ReadSafetensorsOut(const Flags& flags) {
  std::string out;
  flags.Text("out", &out);
  if (!out.ends_with(".safetensors") || std::filesystem::is_directory(out)) {
    return InvalidArgument("option --out must name a .safetensors file; was '" + out +
                           "'");
  }
  const std::filesystem::path folder =
      std::filesystem::absolute(out).lexically_normal().parent_path();
  if (access(folder.c_str(), W_OK) == 0) return out;
  return NotFound("option --out: folder '" + folder.string() + "' cannot be written");
}

}  // namespace airy::trainer

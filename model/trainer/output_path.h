#pragma once

#include <string>

#include "model/trainer/flags.h"
#include "preprocess/frame/result.h"

namespace airy::trainer {

// Option --out as the .safetensors file that a command will write, looked at before its
// work, which may be long. InvalidArgument when it is no such name or a folder, NotFound
// when its folder cannot be written.
Result<std::string> ReadSafetensorsOut(const Flags& flags);

}  // namespace airy::trainer

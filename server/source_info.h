#pragma once

#include <string>

#include "preprocess/frame/result.h"
#include "server/config.h"
#include "server/pipeline/source.h"

namespace airy::server {

// What the pipeline needs to know of a configured source, its mask and dark read from
// their files. NotFound, InvalidArgument or DataLoss, naming key and file.
Result<pipeline::SourceInfo> MakeSourceInfo(const std::string& name, int index,
                                            const SourceOptions& options);

}  // namespace airy::server

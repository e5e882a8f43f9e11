#pragma once

#include <cstdint>
#include <string>

#include "client/client.h"

namespace airy::cli {

// One JSON object on one line. Fields carry the names of the daemon's ZeroMQ messages, so
// that one reader does for both.
std::string ToJson(const client::FrameResult& result);
std::string ToJson(const std::string& file, int64_t index,
                   const client::Prediction& prediction, const client::ModelId& model);

}  // namespace airy::cli

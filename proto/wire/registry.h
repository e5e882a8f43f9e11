#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "preprocess/frame/result.h"
#include "proto/wire/decoder.h"

namespace airy::wire {

// The one table of protocols: a new one is a file and a line in registry.cc.
std::vector<std::string_view> ProtocolNames();

// InvalidArgument, naming the field, when the protocol or an option is not valid.
Result<std::unique_ptr<Decoder>> CreateDecoder(std::string_view protocol,
                                               const DecoderOptions& options);

}  // namespace airy::wire

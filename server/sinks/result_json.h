#pragma once

#include <cstdint>
#include <string>

#include "server/pipeline/record.h"

namespace airy::sinks {

// Where a message stands among those published, for readers that must notice a loss.
struct JsonPosition {
  uint64_t sequence = 0;  // of its topic, from 0
  uint64_t missed = 0;    // records lost so far before they reached the socket
};

// Replaces *json by the record as one JSON object on one line; the schema is in
// README.md. Allocates nothing once *json has grown to size.
void WriteResultJson(const pipeline::Record& record, const JsonPosition& position,
                     std::string* json);

}  // namespace airy::sinks

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace airy::wire {

// One multipart message as it came from a socket. `parts` are views into what `owner`
// keeps alive; decoded frames share the owner, so that pixels stay where they arrived.
// Thread-compatible.
struct RawMessage {
  std::shared_ptr<const void> owner;
  std::vector<std::span<const std::byte>> parts;
};

}  // namespace airy::wire

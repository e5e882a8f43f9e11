#pragma once

#include <cstdint>

namespace airy {

// Tells the time; injected wherever time decides something, so that tests move it by
// hand. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Nanoseconds on a clock that never jumps; only differences mean something.
  virtual int64_t SteadyNs() const = 0;
  // Nanoseconds since the Unix epoch, comparable with a detector's timestamp.
  virtual int64_t UnixNs() const = 0;
};

// The machine's clocks. Lives for the whole process.
const Clock& SystemClock();

}  // namespace airy

#pragma once

#include <chrono>
#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "model/process_place.h"
#include "preprocess/frame/result.h"

namespace airy::model {

// Where processes tell each other how they can be reached.
struct Meeting {
  c10::intrusive_ptr<c10d::Store> store;
  std::string own_address;  // from which this process reaches process 0, as a number
};

// Process 0 waits at its place's address and port, and nowhere else; the others come; all
// wait for all. Errors as Socket's; Unavailable when somebody does not come in time.
Result<Meeting> Meet(const ProcessPlace& place, std::chrono::milliseconds patience);

}  // namespace airy::model

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
// Waits until all who met are about to leave, or one is gone already; no longer than
// `patience`. Who left without it might take with it what another is still receiving.
void Leave(const ProcessPlace& place, std::chrono::milliseconds patience,
           c10d::Store* store);

}  // namespace airy::model

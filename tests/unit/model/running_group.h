#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <thread>
#include <vector>

#include "model/process_group.h"
#include "tests/testing/status.h"
#include "tests/unit/model/free_port.h"

namespace airy::model {

inline constexpr ProcessGroup::Patience kSoon = {std::chrono::seconds(60),
                                                 std::chrono::seconds(60)};

inline ProcessPlace PlaceAt(int rank, int size, int port) {
  ProcessPlace place;
  place.rank = rank;
  place.size = size;
  place.port = port;
  return place;
}

// Runs `work(group)` for each member of a group in a thread of its own.
inline void RunGroup(int size, const std::function<void(const ProcessGroup&)>& work) {
  const int port = FreePort();
  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank) {
    threads.emplace_back([&work, port, rank, size] {
      const auto group = ProcessGroup::Join(PlaceAt(rank, size, port), "cpu", kSoon);
      ASSERT_OK(group);
      work(**group);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace airy::model

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "client/detector/shot_pool.h"

namespace airy::detector {

// The parts of a message, each kept alive until it is sent.
using TrainMessage = std::vector<OwnedBytes>;

// Writes trains of a pool's shots as Karabo bridge messages: the pixels as an array of
// frames x rows x cols ("fyx"), the pulse ids 0, 1, ... as one uint64 per frame. A single
// frame is sent from where it lies in the pool. Thread-compatible.
class TrainBuilder {
 public:
  TrainBuilder(std::shared_ptr<ShotPool> pool, std::string source, std::string key,
               std::string pulse_id_key);

  // The error of ShotPool::Pixels when a shot cannot be read.
  Result<TrainMessage> Build(uint64_t train_id, int64_t time_unix_ns,
                             std::span<const int64_t> shots) const;

 private:
  Result<OwnedBytes> Pixels(std::span<const int64_t> shots) const;

  const std::shared_ptr<ShotPool> pool_;
  const std::string source_;
  const std::string key_;
  const std::string pulse_id_key_;
};

}  // namespace airy::detector

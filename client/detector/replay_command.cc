#include "client/detector/replay_command.h"

#include <algorithm>
#include <utility>

#include "client/detector/shot_order.h"
#include "client/detector/shot_pool.h"
#include "preprocess/frame/result.h"

namespace airy::detector {

Status RunReplay(const ReplayOptions& options, const StopSignals& stop) {
  AIRY_ASSIGN_OR_RETURN(StreamOutputs outputs, OpenOutputs(options.stream));
  AIRY_ASSIGN_OR_RETURN(const auto pool, ShotPool::Open(options.files));
  StreamOptions stream = options.stream;
  if (!options.loop) {
    stream.frames = std::min(stream.frames.value_or(pool->shots()), pool->shots());
  }
  SequentialOrder order(pool->shots());
  return Stream(stream, std::move(outputs), pool, &order, stop);
}

}  // namespace airy::detector

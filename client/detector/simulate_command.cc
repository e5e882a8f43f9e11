#include "client/detector/simulate_command.h"

#include <utility>
#include <vector>

#include "client/detector/shot_order.h"
#include "client/detector/shot_pool.h"
#include "preprocess/frame/result.h"

namespace airy::detector {

Status RunSimulate(const SimulateOptions& options, const StopSignals& stop) {
  AIRY_TRY(Validate(options.pool));
  AIRY_TRY(ShotRenderer::CheckThreads(options.threads));
  if (!(options.hit_rate >= 0 && options.hit_rate <= 1)) {
    return InvalidArgument("--hit-rate must be 0..1; was " +
                           std::to_string(options.hit_rate));
  }
  if (options.hit_rate > 0 && options.pool.hits == 0) {
    return InvalidArgument("--hit-rate above 0 needs --hits");
  }
  if (options.hit_rate < 1 && options.pool.misses == 0) {
    return InvalidArgument("--hit-rate below 1 needs --misses");
  }
  AIRY_ASSIGN_OR_RETURN(StreamOutputs outputs, OpenOutputs(options.stream));
  const std::string path = PoolPath(options.pool, options.cache_folder);
  AIRY_TRY(PreparePool(options.pool, path, options.threads, stop));
  AIRY_ASSIGN_OR_RETURN(const auto pool, ShotPool::Open({&path, 1}));
  std::vector<int64_t> hits;
  std::vector<int64_t> misses;
  for (int64_t shot = 0; shot < pool->shots(); ++shot) {
    (pool->IsHit(shot) ? hits : misses).push_back(shot);
  }
  MixedOrder order(std::move(hits), std::move(misses), options.hit_rate,
                   options.stream.seed);
  return Stream(options.stream, std::move(outputs), pool, &order, stop);
}

}  // namespace airy::detector

#include "server/pipeline/frame_worker.h"

#include <utility>

#include "server/pipeline/source.h"
#include "server/telemetry/log.h"

namespace airy::pipeline {

FrameWorker::FrameWorker(Preprocessors preprocessors, bool classify_misses,
                         FrameQueue& queue, Batcher& batcher, Ledger& ledger,
                         ImagePool& images, const Drain& drain, const Clock& clock)
    : preprocessors_(std::move(preprocessors)),
      classify_misses_(classify_misses),
      queue_(queue),
      batcher_(batcher),
      ledger_(ledger),
      images_(images),
      drain_(drain),
      clock_(clock) {}

void FrameWorker::Run() {
  while (auto queued = queue_.Pop()) Process(std::move(*queued));
}

void FrameWorker::Process(QueuedFrame queued) {
  std::shared_ptr<Record> record = OpenRecord(queued);
  if (drain_.Expired(clock_)) {
    ledger_.Drop(std::move(record), Stage::kPreprocess, DropReason::kShutdown);
    return;
  }
  record->times.preprocess_start_ns = clock_.SteadyNs();
  auto& preprocessor = *preprocessors_[static_cast<size_t>(queued.source->index)];
  const auto decision = preprocessor.Score(queued.frame.pixels);
  if (!decision.ok()) return Refuse(std::move(record), decision.status());
  record->hit = *decision;
  if (!record->hit.is_hit && !classify_misses_) {
    record->times.preprocess_end_ns = clock_.SteadyNs();
    ledger_.Miss(std::move(record));
    return;
  }
  std::shared_ptr<Image> image = images_.Take();
  const Status rescaled = preprocessor.Rescale(queued.frame.pixels, image.get());
  if (!rescaled.ok()) return Refuse(std::move(record), rescaled);
  if (preprocessor.maps_ccf()) {
    std::shared_ptr<Image> map = images_.Take();
    preprocessor.MapCcf(*image, map.get());
    record->map = std::move(map);
  }
  record->image = std::move(image);
  if (record->hit.is_hit) {
    record->frame = std::make_shared<const Frame>(std::move(queued.frame));
  }
  record->times.preprocess_end_ns = clock_.SteadyNs();
  batcher_.Submit(std::move(record));
}

void FrameWorker::Refuse(std::shared_ptr<Record> record, const Status& why) {
  int64_t suppressed = 0;
  if (refusal_limiter_.Allow(clock_.SteadyNs(), &suppressed)) {
    telemetry::LogWarn("frame refused", {{"source", record->id.source},
                                         {"train_id", record->id.train_id},
                                         {"error", why.message()},
                                         {"more", suppressed}});
  }
  ledger_.Drop(std::move(record), Stage::kPreprocess,
               why.code() == StatusCode::kDataLoss ? DropReason::kNotFinite
                                                   : DropReason::kBadShape);
}

}  // namespace airy::pipeline

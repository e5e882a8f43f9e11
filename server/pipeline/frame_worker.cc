#include "server/pipeline/frame_worker.h"

#include <string>
#include <utility>

#include "server/pipeline/source.h"
#include "server/telemetry/log.h"

namespace airy::pipeline {

FrameWorker::FrameWorker(bool classify_misses, size_t source_count, FrameQueue& queue,
                         Batcher& batcher, Ledger& ledger, ImagePool& images,
                         const Drain& drain, const Clock& clock)
    : classify_misses_(classify_misses),
      queue_(queue),
      batcher_(batcher),
      ledger_(ledger),
      images_(images),
      drain_(drain),
      clock_(clock),
      prepared_(source_count) {}

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
  const PixelView& pixels = queued.frame.pixels;
  transform::Preprocessor* preprocessor = PreprocessorFor(*queued.source, pixels);
  if (preprocessor == nullptr) {
    ledger_.Drop(std::move(record), Stage::kPreprocess, DropReason::kBadShape);
    return;
  }
  record->hit = preprocessor->Score(pixels);
  if (record->hit.valid_pixels == 0) {
    record->hit.is_hit = false;
    ledger_.Drop(std::move(record), Stage::kPreprocess, DropReason::kNotFinite);
    return;
  }
  if (!record->hit.is_hit && !classify_misses_) {
    record->times.preprocess_end_ns = clock_.SteadyNs();
    ledger_.Miss(std::move(record));
    return;
  }
  std::shared_ptr<Image> image = images_.Take();
  preprocessor->Rescale(pixels, image.get());
  record->image = std::move(image);
  if (record->hit.is_hit) {
    record->frame = std::make_shared<const Frame>(std::move(queued.frame));
  }
  record->times.preprocess_end_ns = clock_.SteadyNs();
  batcher_.Submit(std::move(record));
}

transform::Preprocessor* FrameWorker::PreprocessorFor(const SourceInfo& source,
                                                      const PixelView& pixels) {
  Prepared& prepared = prepared_[static_cast<size_t>(source.index)];
  const int rows = pixels.total_rows();
  if (prepared.rows == rows && prepared.cols == pixels.cols) {
    return prepared.preprocessor.get();
  }
  prepared = {rows, pixels.cols, nullptr};
  auto made = transform::Preprocessor::Create(rows, pixels.cols, source);
  if (made.ok()) {
    prepared.preprocessor = std::move(made).value();
  } else {
    int64_t suppressed = 0;
    if (shape_limiter_.Allow(clock_.SteadyNs(), &suppressed)) {
      telemetry::LogWarn("frame shape refused", {{"source", source.name},
                                                 {"rows", rows},
                                                 {"cols", pixels.cols},
                                                 {"error", made.status().message()},
                                                 {"more", suppressed}});
    }
  }
  return prepared.preprocessor.get();
}

}  // namespace airy::pipeline

#include "server/sinks/hit_series.h"

#include <algorithm>
#include <filesystem>

#include "proto/cxi/hit_folder.h"
#include "server/pipeline/source.h"

namespace airy::sinks {
namespace {

// CXI's PIXEL_IS_BAD.
constexpr uint32_t kBadPixel = 0x80;

cxi::HitWriterOptions FileOptions(const HitRecorderOptions& options,
                                  const pipeline::Record& first) {
  const PixelView& pixels = first.frame->pixels;
  cxi::HitWriterOptions file;
  file.title = options.run;
  file.source = first.id.source;
  file.rows = pixels.total_rows();
  file.cols = pixels.cols;
  file.type = pixels.type;
  file.compress = options.compress;
  const pipeline::SourceInfo* source = first.source;
  if (source != nullptr && source->mask_rows == file.rows &&
      source->mask_cols == file.cols) {
    for (const uint8_t good : source->mask) file.mask.push_back(good ? 0 : kBadPixel);
  }
  return file;
}

cxi::Hit HitOf(const pipeline::Record& record) {
  cxi::Hit hit;
  hit.id = record.id;
  hit.detector_time_unix_ns = record.detector_time_unix_ns;
  hit.arrival_unix_ns = record.arrival_unix_ns;
  hit.lit_pixels = record.hit.lit_pixels;
  hit.probabilities = record.probabilities;
  hit.labels = record.labels;
  if (record.model != nullptr) {
    hit.model = {record.model->name, record.model->version, record.model->sha256,
                 record.model->thresholds};
  }
  return hit;
}

}  // namespace

HitSeries::HitSeries(const HitRecorderOptions& options, const HitRecorderEvents& events,
                     const Clock& clock, const pipeline::Record& first)
    : options_(options),
      events_(events),
      clock_(clock),
      file_options_(FileOptions(options, first)),
      series_(cxi::HitSeriesName(options.run, first.id.source, file_options_.rows,
                                 file_options_.cols, file_options_.type)),
      index_({options.folder, series_, file_options_.rows, file_options_.cols,
              file_options_.type}) {
  const int64_t image_bytes = static_cast<int64_t>(PixelSize(file_options_.type)) *
                              file_options_.rows * file_options_.cols;
  max_hits_per_file_ = std::max<int64_t>(1, options.max_file_bytes / image_bytes);
  for (const Status& failure : index_.AddExistingFiles()) {
    telemetry::LogWarn("hit file left out of the index", {{"error", failure.message()}});
  }
  for (const cxi::HitFileName& name : cxi::FindHitFiles(options.folder, series_)) {
    next_number_ = name.number + 1;
  }
}

void HitSeries::Save(const pipeline::Record& record) {
  if (writer_ == nullptr && clock_.SteadyNs() < retry_at_ns_) {
    events_.lost(record, pipeline::DropReason::kWriteError);
    return;
  }
  const Status space = CheckFreeSpace();
  if (!space.ok()) CloseFile();
  unflushed_.push_back(record);
  unflushed_.back().frame.reset();
  unflushed_.back().image.reset();
  const Status saved = space.ok() ? SaveToFile(record) : space;
  if (!saved.ok()) {
    Fail(saved);
  } else if (writer_->hits() >= max_hits_per_file_) {
    CloseFile();
  }
}

Status HitSeries::SaveToFile(const pipeline::Record& record) {
  if (writer_ == nullptr) AIRY_TRY(OpenFile());
  return writer_->Append(HitOf(record), record.frame->pixels);
}

Status HitSeries::CheckFreeSpace() const {
  std::error_code error;
  const auto space = std::filesystem::space(options_.folder, error);
  if (error) return Internal(options_.folder + ": " + error.message());
  if (static_cast<int64_t>(space.available) < options_.min_free_bytes) {
    return ResourceExhausted(options_.folder + " must keep " +
                             std::to_string(options_.min_free_bytes) +
                             " bytes free; has " + std::to_string(space.available));
  }
  return OkStatus();
}

Status HitSeries::OpenFile() {
  file_name_ = cxi::ToFileName({series_, next_number_});
  file_options_.path = (std::filesystem::path(options_.folder) / file_name_).string();
  AIRY_ASSIGN_OR_RETURN(writer_, cxi::HitWriter::Create(file_options_));
  ++next_number_;
  telemetry::LogInfo("hit file opened", {{"file", file_options_.path}});
  return OkStatus();
}

void HitSeries::Flush() {
  if (unflushed_.empty()) return;
  const Status flushed = writer_->Flush();
  if (!flushed.ok()) return Fail(flushed);
  SettleFlushed();
}

void HitSeries::SettleFlushed() {
  for (const pipeline::Record& record : unflushed_) events_.saved(record);
  unflushed_.clear();
  index_.SetShots(file_name_, writer_->flushed_labels());
  index_is_stale_ = true;
}

void HitSeries::Fail(const Status& status) {
  int64_t suppressed = 0;
  if (failure_log_.Allow(clock_.SteadyNs(), &suppressed)) {
    telemetry::LogError("hits not saved", {{"error", status.message()},
                                           {"hits", unflushed_.size()},
                                           {"suppressed", suppressed}});
  }
  for (const pipeline::Record& record : unflushed_) {
    events_.lost(record, pipeline::DropReason::kWriteError);
  }
  unflushed_.clear();
  writer_.reset();
  retry_at_ns_ = clock_.SteadyNs() + int64_t{options_.retry_interval_ms} * 1'000'000;
}

void HitSeries::CloseFile() {
  if (writer_ == nullptr) return;
  const Status closed = writer_->Close();
  if (!closed.ok()) return Fail(closed);
  telemetry::LogInfo("hit file closed",
                     {{"file", writer_->path()}, {"hits", writer_->hits()}});
  SettleFlushed();
  writer_.reset();
  const Status finished = index_.Finish(file_name_);
  if (!finished.ok()) {
    telemetry::LogError("views per class not written", {{"error", finished.message()}});
  }
  WriteIndex();
}

void HitSeries::WriteIndex() {
  if (!index_is_stale_) return;
  const Status written = index_.Write();
  if (!written.ok()) {
    telemetry::LogError("views per class not written", {{"error", written.message()}});
    return;
  }
  index_is_stale_ = false;
}

}  // namespace airy::sinks

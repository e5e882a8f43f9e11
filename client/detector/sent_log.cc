#include "client/detector/sent_log.h"

#include <cerrno>
#include <cinttypes>
#include <system_error>

#include "preprocess/frame/classes.h"

namespace airy::detector {
namespace {

Status FileError(const std::string& path) {
  return Unavailable(path + ": " + std::generic_category().message(errno));
}

std::string TruthJson(const cxi::Labels& labels, bool is_hit) {
  std::string names;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == 0) continue;
    names += (names.empty() ? "\"" : ",\"") + std::string(kClassNames[i]) + "\"";
  }
  return std::string(",\"hit\":") + (is_hit ? "1" : "0") + ",\"labels\":[" + names + "]";
}

}  // namespace

Result<SentLog> SentLog::Open(const std::string& path) {
  SentLog log;
  if (path.empty()) return log;
  log.path_ = path;
  log.file_.reset(std::fopen(path.c_str(), "we"));
  if (log.file_ == nullptr) return FileError(path);
  return log;
}

void SentLog::Write(uint64_t train_id, uint64_t pulse_id, const ShotPool& pool,
                    int64_t shot, Fault fault) {
  if (file_ == nullptr) return;
  const std::string truth =
      pool.labelled() ? TruthJson(pool.labels(shot), pool.IsHit(shot)) : "";
  std::fprintf(file_.get(),
               "{\"train_id\":%" PRIu64 ",\"pulse_id\":%" PRIu64 ",\"pool\":%" PRId64
               "%s,\"fault\":\"%s\"}\n",
               train_id, pulse_id, shot, truth.c_str(),
               kFaultNames[static_cast<size_t>(fault)].data());
}

Status SentLog::Close() {
  if (file_ == nullptr) return OkStatus();
  const bool failed = std::ferror(file_.get()) != 0;
  if (std::fclose(file_.release()) != 0 || failed) return FileError(path_);
  return OkStatus();
}

}  // namespace airy::detector

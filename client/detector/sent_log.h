#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "client/detector/faults.h"
#include "client/detector/shot_pool.h"
#include "preprocess/frame/result.h"

namespace airy::detector {

// The sender's own account: one JSON object per line and frame, so that anybody can tell
// what became of each. Owned by one thread.
class SentLog {
 public:
  // Unavailable when the file cannot be written. An empty path logs nothing.
  static Result<SentLog> Open(const std::string& path);

  // {"train_id":1,"pulse_id":0,"pool":17,"hit":1,"labels":["round"],"fault":"none"}; hit
  // and labels only for labelled pools.
  void Write(uint64_t train_id, uint64_t pulse_id, const ShotPool& pool, int64_t shot,
             Fault fault);
  // Everything written is on its way to the disk; Unavailable when the disk is full.
  Status Close();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
};

}  // namespace airy::detector

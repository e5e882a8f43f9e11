#pragma once

#include <string>
#include <vector>

#include "client/detector/stop_signals.h"
#include "client/detector/stream.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

struct ReplayOptions {
  std::vector<std::string> files;  // one set, as images::ImageReader::Open takes them
  bool loop = false;               // from the start again after the last shot
  StreamOptions stream;
};

// Streams the shots of image files in their order.
Status RunReplay(const ReplayOptions& options, const StopSignals& stop);

}  // namespace airy::detector

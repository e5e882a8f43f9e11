#pragma once

#include <string>

#include "client/detector/stop_signals.h"
#include "client/detector/stream.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

struct ReplayOptions {
  std::string file;
  std::string dataset;  // path of the image stack; empty: found as by cxi::ShotReader
  bool loop = false;    // from the start again after the last shot
  StreamOptions stream;
};

// Streams the shots of a CXI or HDF5 file in their order.
Status RunReplay(const ReplayOptions& options, const StopSignals& stop);

}  // namespace airy::detector

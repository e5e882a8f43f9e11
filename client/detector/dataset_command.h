#pragma once

#include <string>

#include "client/detector/named_sets.h"
#include "client/detector/shot_renderer.h"
#include "client/detector/stop_signals.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

struct DatasetOptions {
  SetRecipe recipe;
  // CXI file; an existing one is refused. Empty: <name of the set>.cxi
  std::string out;
  // As CXIDB-10 is kept: `out` is a folder, which has a folder for each class, the shape
  // of a droplet.
  bool class_folders = false;
  int size = 224;  // edge of what is written, pixels; 1035: as rendered, uint16;
                   // smaller, from 8: rescaled as in serving, float32
  int threads = ShotRenderer::AllCores();  // 1..256
};

// Writes a labelled set of simulated shots with their truth, for training. In class
// folders each shot is a hit by one droplet without a core, as many of each of four
// shapes: <out>/sphere/shots.cxi and so on. Cancelled when a signal came first. Whatever
// ends it early, the file's .partial is left with the shots so far, and the same call
// goes on from there.
Status RunDataset(const DatasetOptions& options, const StopSignals& stop);

}  // namespace airy::detector

#pragma once

#include <cstdint>
#include <string>

#include "client/detector/shot_renderer.h"
#include "client/detector/stop_signals.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

struct GalleryOptions {
  std::string out;       // folder of the pictures; made when it is not there
  uint64_t seed = 2019;  // of the shots to choose from; not one of simulation::IsPoolSeed
  int candidates = 1200;                   // 100..100'000 of them
  int threads = ShotRenderer::AllCores();  // 1..256
};

// Draws the pictures of a gallery: for each class the shot that shows it best, as image
// and as CCF map, at the four noise levels of PRE 99, 063309, section 5.3 (its Figures 2
// and 4), and one sheet of all classes. The same pictures whatever the number of threads.
// Cancelled when a signal came first; pictures done by then stay.
Status RunGallery(const GalleryOptions& options, const StopSignals& stop);

}  // namespace airy::detector

#pragma once

#include <array>
#include <string>
#include <vector>

#include "client/detector/gallery_choice.h"
#include "preprocess/frame/image.h"
#include "preprocess/frame/status.h"

namespace airy::detector {

// An image and its CCF map, both kInputSize squared.
struct GalleryPair {
  Image image;
  Image map;
};

// The energy, droplets and labels of a shot, in two lines of words.
std::array<std::string, 2> Describe(const GalleryShot& shot);

// One class: its shot at the four noise levels `bounds` (counts), images above maps, in
// a logarithmic colour scale. Saved as a PNG; Unavailable as for Canvas::SavePng.
Status SaveClassSheet(const GalleryShot& shot, const std::array<GalleryPair, 4>& levels,
                      const std::array<double, 4>& bounds, const std::string& path);

// All classes without noise: `pairs` in the order of `shots`.
Status SaveOverview(const std::vector<GalleryShot>& shots,
                    const std::vector<GalleryPair>& pairs, const std::string& path);

}  // namespace airy::detector

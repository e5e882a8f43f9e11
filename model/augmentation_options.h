#pragma once

#include <array>
#include <string_view>

namespace airy::model {

// Factors on the counts, drawn log-uniformly.
struct GainRange {
  double low = 1;   // above 0
  double high = 1;  // low..1000
};

// How often a training image is changed in which way: probabilities, 0..1, per image and
// epoch. The strengths are fixed (augmentation.cc): they are the range in which a change
// leaves the labels true.
struct AugmentationOptions {
  // The paper's (PRE 99, 063309, Sect. 3.1.5), which gives no strengths.
  double flip = 0;        // along each axis
  double contrast = 0;    // deviation from the mean by a factor 0.8..1.2
  double brightness = 0;  // -0.2..0.2 of the mean added
  // What also happens at a detector.
  double symmetry = 0;  // one of the 8 symmetries of the square
  double rotation = 0;  // in the plane, any angle
  double zoom = 0;      // radially by 0.8..1.25: another radius or wavelength
  double jitter = 0;    // the beam's centre moved by up to 4 pixels along each axis
  double gamma = 0;     // counts to the power 0.5..1.2, the mean kept
  double stray = 0;     // a smooth glow of up to half the mean around the centre
  double thinning = 0;  // Poisson noise of 0.05..1 photons per count, the mean kept
  double hole = 0;      // nothing measured within a scattering angle of 1..10 degrees
  double sector = 0;    // nothing measured in a sector of 5..40 degrees
  double gain = 0;      // counts times a factor from `gains`
  GainRange gains = {0.3, 3};
};

struct AugmentationName {
  std::string_view name;
  double AugmentationOptions::*probability;
};

// Every change there is, by name.
inline constexpr std::array kAugmentationNames = {
    AugmentationName{"flip", &AugmentationOptions::flip},
    AugmentationName{"contrast", &AugmentationOptions::contrast},
    AugmentationName{"brightness", &AugmentationOptions::brightness},
    AugmentationName{"symmetry", &AugmentationOptions::symmetry},
    AugmentationName{"rotation", &AugmentationOptions::rotation},
    AugmentationName{"zoom", &AugmentationOptions::zoom},
    AugmentationName{"jitter", &AugmentationOptions::jitter},
    AugmentationName{"gamma", &AugmentationOptions::gamma},
    AugmentationName{"stray", &AugmentationOptions::stray},
    AugmentationName{"thinning", &AugmentationOptions::thinning},
    AugmentationName{"hole", &AugmentationOptions::hole},
    AugmentationName{"sector", &AugmentationOptions::sector},
    AugmentationName{"gain", &AugmentationOptions::gain},
};

// The same without what leaves the CCF map of an image as it is: mirroring and turning.
constexpr AugmentationOptions ForCcfMaps(AugmentationOptions options) {
  options.flip = options.symmetry = options.rotation = 0;
  return options;
}

}  // namespace airy::model

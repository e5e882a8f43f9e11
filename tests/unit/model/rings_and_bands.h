#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "model/trainer.h"
#include "preprocess/frame/image.h"
#include "tests/testing/status.h"

namespace airy::model {

// Rings for "round", a bright band for "streak": a network tells them apart in seconds.
inline Dataset RingsAndBands(int count) {
  Dataset dataset("rings and bands");
  for (int i = 0; i < count; ++i) {
    const bool is_band = i % 2 == 1;
    std::vector<float> pixels;
    for (int row = 0; row < kInputSize; ++row) {
      for (int col = 0; col < kInputSize; ++col) {
        const double x = col - 112 + i % 5;
        const double y = row - 112 - i % 7;
        const double wave = is_band ? 100 * std::exp(-x * x / 400)
                                    : 50 * (1 + std::cos(std::sqrt(x * x + y * y) / 6));
        pixels.push_back(static_cast<float>(wave));
      }
    }
    Labels labels{};
    labels[is_band ? kStreak : kRound] = 1;
    labels[kSphericalOblate] = is_band ? 0 : 1;
    EXPECT_OK(dataset.Add(pixels, labels));
  }
  return dataset;
}

inline TrainerOptions SmallOptions(int epochs) {
  TrainerOptions options;
  options.schedule = {{56, epochs}};
  options.batch = 8;
  options.warmup_epochs = 1;
  options.average_decay = 0.99;
  options.augmentation.symmetry = 1;
  options.augmentation.gain = 1;
  options.shares = {.validation = 0.2, .test = 0};
  options.allow_missing_classes = true;
  options.dtype = Dtype::kFp32;
  options.device = "cpu";
  return options;
}

inline bool KeepGoing(const TrainProgress&) { return true; }

}  // namespace airy::model

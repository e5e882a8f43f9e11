#include "model/rescale_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "preprocess/frame/frame.h"
#include "preprocess/frame/image.h"
#include "tests/testing/status.h"

namespace airy::model {
namespace {

using Fit = transform::RescaleOptions::Fit;

// Frames whose counts take all 16 bits.
class RescaleBatchTest : public ::testing::Test {
 protected:
  static constexpr int kFrames = 3;
  static constexpr float kScale = 0.5F;

  struct Case {
    int rows = 0;
    int cols = 0;
    transform::RescaleOptions options = {};
    bool masked = false;
    bool dark = false;
  };

  static transform::RescaleOptions To(int size, Fit fit = Fit::kCrop) {
    transform::RescaleOptions options;
    options.output_size = size;
    options.fit = fit;
    return options;
  }

  void Make(const Case& of) {
    case_ = of;
    const size_t pixels = static_cast<size_t>(of.rows) * static_cast<size_t>(of.cols);
    std::mt19937 random(4);
    frames_.resize(kFrames * pixels);
    for (uint16_t& count : frames_) count = static_cast<uint16_t>(random());
    mask_.clear();
    dark_.clear();
    if (of.masked) {
      mask_.assign(pixels, 1);
      for (uint8_t& good : mask_) good = random() % 5 == 0 ? 0 : 7;
      // A hole larger than output pixels.
      for (int row = 0; row < of.rows / 3; ++row) {
        std::fill_n(mask_.begin() + row * of.cols, of.cols / 3, uint8_t{0});
      }
    }
    if (of.dark) {
      dark_.resize(pixels);
      for (float& dark : dark_) dark = static_cast<float>(random() % 1000) / 10;
      for (size_t i = 0; of.masked && i < pixels; ++i) {
        if (mask_[i] == 0) dark_[i] = std::numeric_limits<float>::quiet_NaN();
      }
    }
  }

  // By the step that serving uses, one after the other.
  std::vector<Image> Expected(std::vector<uint8_t>* measured) {
    auto rescaler =
        transform::Rescaler::Create(case_.rows, case_.cols, case_.options, mask_, dark_)
            .value();
    std::vector<Image> images(kFrames);
    for (size_t i = 0; i < kFrames; ++i) {
      const PixelView view = DenseView(frames_.data() + i * frames_.size() / kFrames,
                                       PixelType::kUint16, case_.rows, case_.cols);
      rescaler->Apply(view, kScale, &images[i]);
    }
    *measured = rescaler->Measured();
    return images;
  }

  void ExpectAgreement(const Case& of) {
    Make(of);
    std::vector<uint8_t> measured;
    const std::vector<Image> expected = Expected(&measured);
    const auto rescaler =
        BatchRescaler::Create(of.rows, of.cols, of.options, mask_, dark_, torch::kCPU);
    ASSERT_OK(rescaler.status());
    EXPECT_EQ(rescaler->Measured(), measured);
    const torch::Tensor frames =
        torch::from_blob(frames_.data(), {kFrames, of.rows, of.cols}, torch::kInt16);
    const torch::Tensor actual = rescaler->Apply(frames, kScale);
    const int64_t size = of.options.output_size;
    ASSERT_EQ(actual.sizes(), (std::vector<int64_t>{kFrames, 1, size, size}));
    for (int64_t i = 0; i < kFrames; ++i) {
      const auto* const means = actual[i].data_ptr<float>();
      for (int64_t at = 0; at < size * size; ++at) {
        const float mean =
            expected[static_cast<size_t>(i)].pixels()[static_cast<size_t>(at)];
        EXPECT_NEAR(means[at], mean, 1e-4F * std::max(1.0F, std::abs(mean)))
            << "frame " << i << ", pixel " << at;
        if (measured[static_cast<size_t>(at)] == 0) {
          EXPECT_EQ(means[at], 0);
        }
      }
    }
  }

  Case case_;
  std::vector<uint16_t> frames_;
  std::vector<uint8_t> mask_;
  std::vector<float> dark_;
};

TEST_F(RescaleBatchTest, AveragesASquareFrameAsServingDoes) {
  ExpectAgreement({61, 61, To(16)});
}

TEST_F(RescaleBatchTest, CropsAndPadsAFrameThatIsNotSquare) {
  ExpectAgreement({50, 83, To(16)});
  ExpectAgreement({83, 50, To(16, Fit::kPad)});
}

TEST_F(RescaleBatchTest, TakesTheSquareAroundTheCentre) {
  for (const Fit fit : {Fit::kCrop, Fit::kPad}) {
    transform::RescaleOptions options = To(16, fit);
    options.centre_row = 22.3;
    options.centre_col = 40.8;
    ExpectAgreement({61, 70, options});
  }
}

TEST_F(RescaleBatchTest, EnlargesAFrameThatIsSmaller) {
  ExpectAgreement({9, 11, To(24)});
}

TEST_F(RescaleBatchTest, LeavesOutMaskedPixelsAndSubtractsTheDark) {
  ExpectAgreement({61, 70, To(16), /*masked=*/true, /*dark=*/false});
  ExpectAgreement({61, 70, To(16), /*masked=*/false, /*dark=*/true});
  ExpectAgreement({61, 70, To(16, Fit::kPad), /*masked=*/true, /*dark=*/true});
}

TEST_F(RescaleBatchTest, RefusesWhatTheRescalerRefuses) {
  const std::vector<uint8_t> short_mask(10, 1);
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                BatchRescaler::Create(61, 61, {}, short_mask, {}, torch::kCPU));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                BatchRescaler::Create(61, 61, To(4), {}, {}, torch::kCPU));
  transform::RescaleOptions outside = To(16);
  outside.centre_row = 61;
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                BatchRescaler::Create(61, 61, outside, {}, {}, torch::kCPU));
}

}  // namespace
}  // namespace airy::model

// An independent implementation as the oracle: OpenCV's INTER_AREA.
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "preprocess/transform/rescale.h"
#include "tests/testing/status.h"
#include "tests/unit/transform/pixel_buffer.h"

namespace airy::transform {
namespace {

TEST(RescaleOracleTest, AgreesWithOpenCvInterArea) {
  for (auto [edge, output_size] : {std::pair{1035, 224}, {448, 224}, {517, 64}}) {
    PixelBuffer input(PixelType::kFloat32, edge, edge, 12);
    const cv::Mat source(edge, edge, CV_32F, const_cast<void*>(input.view().data));
    cv::Mat expected;
    cv::resize(source, expected, {output_size, output_size}, 0, 0, cv::INTER_AREA);

    RescaleOptions options;
    options.output_size = output_size;
    auto rescaler = Rescaler::Create(edge, edge, options);
    ASSERT_OK(rescaler);
    Image image;
    (*rescaler)->Apply(input.view(), 1, &image);
    for (int row = 0; row < output_size; ++row) {
      for (int col = 0; col < output_size; ++col) {
        ASSERT_NEAR(image.at(row, col), expected.at<float>(row, col), 2e-4F)
            << edge << "->" << output_size << " at " << row << ", " << col;
      }
    }
  }
}

}  // namespace
}  // namespace airy::transform

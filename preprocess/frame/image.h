#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace airy {

// Edge length of the square image every network eats (PRE 99, 063309, appendix A).
inline constexpr int kInputSize = 224;

// Owns a row-major float32 image: what preprocessing makes and the engine eats.
// Values are mean counts per detector pixel. Moving is cheap; copying is what it looks
// like. Thread-compatible.
class Image {
 public:
  Image() = default;
  Image(int rows, int cols)
      : rows_(rows),
        cols_(cols),
        pixels_(static_cast<size_t>(rows) * static_cast<size_t>(cols)) {}

  int rows() const { return rows_; }
  int cols() const { return cols_; }
  bool empty() const { return pixels_.empty(); }
  std::span<float> pixels() { return pixels_; }
  std::span<const float> pixels() const { return pixels_; }
  float& at(int row, int col) { return pixels_[Index(row, col)]; }
  float at(int row, int col) const { return pixels_[Index(row, col)]; }
  // Mean over all pixels, what a model's input quantiles are of; 0 for an empty image.
  double Mean() const {
    double sum = 0;
    for (float pixel : pixels_) sum += static_cast<double>(pixel);
    return empty() ? 0 : sum / static_cast<double>(pixels_.size());
  }

 private:
  size_t Index(int row, int col) const {
    return static_cast<size_t>(row) * static_cast<size_t>(cols_) +
           static_cast<size_t>(col);
  }

  int rows_ = 0;
  int cols_ = 0;
  std::vector<float> pixels_;
};

}  // namespace airy

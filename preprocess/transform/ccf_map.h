#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "preprocess/frame/image.h"
#include "preprocess/frame/result.h"
#include "preprocess/transform/ccf_options.h"

namespace airy::transform {

// With I(i, p) the image at ring i and angle phi_p, row i and column j of the map hold
//   i > j   Eq. 13 at Delta = 0: the mean over p of I(i, p) I(j, p);
//   i <= j  Eq. 14: the real part (or modulus) of conj(a_i) a_j, where a_i is the mean
//           over p of (I(i, p) - m_i) exp(-i n phi_p), Eq. 15, and m_i the mean of ring
//           i,
// each triangle scaled as CcfScaling says. Means are over angles whose samples, both of
// them in Eq. 13, no masked pixel weighs in; they are 0 where there is no such angle.
// Subtracting m_i changes nothing on a whole ring and keeps a constant background out of
// a masked one. An a_i below 1e-6 of m_i is rounding and counts as 0. The diagonal
// belongs to Eq. 14 because Eq. 13 would carry the variance of the noise there.
//
// Prepared for one image shape and mask. Const and thread-safe; each thread brings a
// workspace of its own.
class CcfMapper {
  struct Plan;

 public:
  // Scratch memory of one thread, made for one mapper; it may outlive the mapper.
  class Workspace {
   public:
    explicit Workspace(const CcfMapper& mapper);
    ~Workspace();

   private:
    friend class CcfMapper;
    struct Buffers;
    std::unique_ptr<Buffers> buffers_;
  };

  // `mask`: rows * cols bytes, non-zero where the pixel is good, or empty for all good;
  // not kept. InvalidArgument as for MakePolarGrid, and for an order out of range.
  static Result<std::unique_ptr<CcfMapper>> Create(int rows, int cols,
                                                   const CcfOptions& options,
                                                   std::span<const uint8_t> mask = {});
  ~CcfMapper();

  // Writes the map of `image`, which must have the shape given to Create, into `map`,
  // another image, which is resized if it does not fit. Samples that are not finite or
  // beyond +-1e15 counts count as 0. Allocates nothing once `map` fits.
  void Apply(const Image& image, Workspace* workspace, Image* map) const;

 private:
  explicit CcfMapper(std::unique_ptr<const Plan> plan);
  std::unique_ptr<const Plan> plan_;
};

}  // namespace airy::transform

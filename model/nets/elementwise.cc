#include "model/nets/elementwise.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <bit>
#include <vector>

#include "model/nets/log_activation.h"
#include "model/nets/pool_of_log.h"

// One version per vector width, picked by the processor when the program starts.
#define AIRY_VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#define AIRY_INLINE [[gnu::always_inline]] inline

namespace airy::model {
namespace {

constexpr int64_t kPixelsPerTask = 256;

// bfloat16 by its bits: arithmetic on c10::BFloat16 does not vectorise.
struct Bf16Bits {
  uint16_t bits;
};

AIRY_INLINE float ToFloat(float value) { return value; }
AIRY_INLINE float ToFloat(Bf16Bits value) {
  return std::bit_cast<float>(static_cast<uint32_t>(value.bits) << 16);
}
AIRY_INLINE void Store(float value, float* out) { *out = value; }
AIRY_INLINE void Store(float value, Bf16Bits* out) {  // rounds to nearest even
  const auto bits = std::bit_cast<uint32_t>(value);
  out->bits = static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

template <typename T>
AIRY_INLINE void LeakyLoop(T* x, int64_t count, float leak) {
  for (int64_t i = 0; i < count; ++i) {
    const float value = ToFloat(x[i]);
    Store(std::max(value, leak * value), x + i);
  }
}

// One pixel after the other, its channels side by side.
template <bool kAdd, bool kKeepSum, typename T>
AIRY_INLINE void AffineLoop(T* __restrict x, const T* __restrict shortcut,
                            T* __restrict out, int64_t pixels, int64_t channels,
                            const float* __restrict scale, const float* __restrict shift,
                            float leak) {
  for (int64_t p = 0; p < pixels; ++p) {
    for (int64_t c = 0; c < channels; ++c) {
      float value = ToFloat(x[c]);
      if constexpr (kAdd) value += ToFloat(shortcut[c]);
      if constexpr (kKeepSum) Store(value, x + c);
      value = value * scale[c] + shift[c];
      Store(std::max(value, leak * value), out + c);
    }
    x += channels;
    out += channels;
    if constexpr (kAdd) shortcut += channels;
  }
}

AIRY_VECTORISED void LeakyPass(float* x, int64_t count, float leak) {
  LeakyLoop(x, count, leak);
}
AIRY_VECTORISED void LeakyPass(Bf16Bits* x, int64_t count, float leak) {
  LeakyLoop(x, count, leak);
}

template <typename T>
AIRY_INLINE void AffineChoice(T* x, const T* shortcut, bool keep_sum, T* out,
                              int64_t pixels, int64_t channels, const float* scale,
                              const float* shift, float leak) {
  if (shortcut == nullptr) {
    AffineLoop<false, false>(x, shortcut, out, pixels, channels, scale, shift, leak);
  } else if (keep_sum) {
    AffineLoop<true, true>(x, shortcut, out, pixels, channels, scale, shift, leak);
  } else {
    AffineLoop<true, false>(x, shortcut, out, pixels, channels, scale, shift, leak);
  }
}

AIRY_VECTORISED void AffinePass(float* x, const float* shortcut, bool keep_sum,
                                float* out, int64_t pixels, int64_t channels,
                                const float* scale, const float* shift, float leak) {
  AffineChoice(x, shortcut, keep_sum, out, pixels, channels, scale, shift, leak);
}
AIRY_VECTORISED void AffinePass(Bf16Bits* x, const Bf16Bits* shortcut, bool keep_sum,
                                Bf16Bits* out, int64_t pixels, int64_t channels,
                                const float* scale, const float* shift, float leak) {
  AffineChoice(x, shortcut, keep_sum, out, pixels, channels, scale, shift, leak);
}

// log(x) of a positive normal number, to 2 ulp: x = 2^e * m with m in sqrt(1/2)..sqrt(2),
// and the odd series of log m in s = (m - 1) / (m + 1), |s| < 0.172, cut after s^9.
AIRY_INLINE float Log(float x) {
  const auto bits = std::bit_cast<int32_t>(x);
  const int32_t exponent = (bits - 0x3F3504F3) >> 23;
  const auto mantissa = std::bit_cast<float>(bits - (exponent << 23));
  const float s = (mantissa - 1.0F) / (mantissa + 1.0F);
  const float s2 = s * s;
  const float tail = 2.0F / 3 + s2 * (2.0F / 5 + s2 * (2.0F / 7 + s2 * (2.0F / 9)));
  return static_cast<float>(exponent) * 0.693147180559945F + (2.0F * s + s * s2 * tail);
}

// Eq. 11.
AIRY_INLINE float LogActivationOf(float x, float alpha) {
  constexpr float kC0 = 0.36787944117144233F;
  const float magnitude = std::bit_cast<float>(std::bit_cast<int32_t>(x) & 0x7FFFFFFF);
  const float value = alpha * (Log(magnitude + kC0) + 1.0F);
  return std::bit_cast<float>(std::bit_cast<int32_t>(value) |
                              (std::bit_cast<int32_t>(x) & INT32_MIN));
}

// One row of the pooled image. `x`: the channel's first plane, [h][w]; planes h * w
// apart. `scratch`: w + 1 floats for the maximum over rows, then w / 2 * channels for the
// result before it is laid out by pixel.
template <typename T>
AIRY_INLINE void PoolRow(const float* x, int64_t channels, int64_t h, int64_t w,
                         int64_t row, float alpha, float* scratch, T* out) {
  const int64_t pooled_w = w / 2;
  float* column_max = scratch;
  float* planes = scratch + w + 1;
  for (int64_t c = 0; c < channels; ++c) {
    const float* middle = x + c * h * w + 2 * row * w;
    const float* above = row > 0 ? middle - w : middle;
    const float* below = middle + w;
    column_max[0] =
        std::max({above[0], middle[0], below[0]});  // the padding: no new value
    for (int64_t col = 0; col < w; ++col) {
      column_max[col + 1] = std::max(std::max(above[col], middle[col]), below[col]);
    }
    for (int64_t col = 0; col < pooled_w; ++col) {
      const float* window = column_max + 2 * col;
      const float largest = std::max(std::max(window[0], window[1]), window[2]);
      planes[c * pooled_w + col] = LogActivationOf(largest, alpha);
    }
  }
  for (int64_t col = 0; col < pooled_w; ++col) {
    for (int64_t c = 0; c < channels; ++c) {
      Store(planes[c * pooled_w + col], out + col * channels + c);
    }
  }
}

AIRY_VECTORISED void PoolRowPass(const float* x, int64_t channels, int64_t h, int64_t w,
                                 int64_t row, float alpha, float* scratch, float* out) {
  PoolRow(x, channels, h, w, row, alpha, scratch, out);
}
AIRY_VECTORISED void PoolRowPass(const float* x, int64_t channels, int64_t h, int64_t w,
                                 int64_t row, float alpha, float* scratch,
                                 Bf16Bits* out) {
  PoolRow(x, channels, h, w, row, alpha, scratch, out);
}

bool HasOwnLoops(const torch::Tensor& x) {
  return x.is_cpu() && x.is_contiguous(torch::MemoryFormat::ChannelsLast) &&
         (x.scalar_type() == torch::kFloat32 || x.scalar_type() == torch::kBFloat16);
}

// Calls `body` with a null pointer of the tensor's element type.
template <typename Body>
void WithElement(torch::ScalarType type, const Body& body) {
  if (type == torch::kBFloat16) {
    body(static_cast<Bf16Bits*>(nullptr));
  } else {
    body(static_cast<float*>(nullptr));
  }
}

void RunAffine(const ChannelAffine& affine, double leak, const torch::Tensor& x,
               const torch::Tensor* shortcut, bool keep_sum, const torch::Tensor& out) {
  const int64_t channels = x.size(1);
  const auto* scale = affine.scale.data_ptr<float>();
  const auto* shift = affine.shift.data_ptr<float>();
  WithElement(x.scalar_type(), [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    auto* const x_data = static_cast<T*>(x.data_ptr());
    auto* const out_data = static_cast<T*>(out.data_ptr());
    const auto* added =
        shortcut == nullptr ? nullptr : static_cast<T*>(shortcut->data_ptr());
    at::parallel_for(0, x.numel() / channels, kPixelsPerTask,
                     [&](int64_t begin, int64_t end) {
                       const int64_t at = begin * channels;
                       AffinePass(x_data + at, added == nullptr ? nullptr : added + at,
                                  keep_sum, out_data + at, end - begin, channels, scale,
                                  shift, static_cast<float>(leak));
                     });
  });
}

torch::Tensor PerChannel(const torch::Tensor& values, const torch::Tensor& like) {
  return values.to(like.scalar_type()).view({1, -1, 1, 1});
}

}  // namespace

void Leaky(double leak, torch::Tensor* x) {
  if (!HasOwnLoops(*x)) {
    torch::leaky_relu_(*x, leak);
    return;
  }
  WithElement(x->scalar_type(), [&](auto* element) {
    auto* const data = static_cast<decltype(element)>(x->data_ptr());
    at::parallel_for(0, x->numel(), 64 * kPixelsPerTask, [&](int64_t begin, int64_t end) {
      LeakyPass(data + begin, end - begin, static_cast<float>(leak));
    });
  });
}

torch::Tensor LeakyOfAffine(const ChannelAffine& affine, double leak,
                            const torch::Tensor& x) {
  if (!HasOwnLoops(x)) {
    torch::Tensor out =
        torch::addcmul(PerChannel(affine.shift, x), x, PerChannel(affine.scale, x));
    return torch::leaky_relu_(out, leak);
  }
  torch::Tensor out = torch::empty_like(x);
  RunAffine(affine, leak, x, /*shortcut=*/nullptr, /*keep_sum=*/false, out);
  return out;
}

torch::Tensor AddThenLeakyOfAffine(const ChannelAffine& affine, double leak,
                                   const torch::Tensor& shortcut, bool keep_sum,
                                   torch::Tensor* x) {
  if (!HasOwnLoops(*x) || !HasOwnLoops(shortcut)) {
    x->add_(shortcut);
    return LeakyOfAffine(affine, leak, *x);
  }
  torch::Tensor out = torch::empty_like(*x);
  RunAffine(affine, leak, *x, &shortcut, keep_sum, out);
  return out;
}

torch::Tensor PoolOfLog(double alpha, const torch::Tensor& x, torch::ScalarType type,
                        torch::MemoryFormat format) {
#ifdef AIRY_CUDA
  if (x.is_cuda() && x.is_contiguous() && format == torch::MemoryFormat::ChannelsLast) {
    return PoolOfLogOnGpu(alpha, x, type);
  }
#endif
  if (!x.is_cpu() || !x.is_contiguous() || format != torch::MemoryFormat::ChannelsLast) {
    const torch::Tensor pooled = torch::max_pool2d(
        x.contiguous(format), /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
    return LogActivation(pooled, alpha).to(type);
  }
  const int64_t n = x.size(0), channels = x.size(1), h = x.size(2), w = x.size(3);
  torch::Tensor out = torch::empty({n, channels, h / 2, w / 2},
                                   torch::TensorOptions(type).memory_format(format));
  const auto* in = x.data_ptr<float>();
  WithElement(type, [&](auto* element) {
    auto* const data = static_cast<decltype(element)>(out.data_ptr());
    at::parallel_for(0, n * (h / 2), /*grain_size=*/4, [&](int64_t begin, int64_t end) {
      std::vector<float> scratch(static_cast<size_t>(w + 1 + w / 2 * channels));
      for (int64_t i = begin; i < end; ++i) {
        PoolRowPass(in + i / (h / 2) * channels * h * w, channels, h, w, i % (h / 2),
                    static_cast<float>(alpha), scratch.data(),
                    data + i * (w / 2) * channels);
      }
    });
  });
  return out;
}

}  // namespace airy::model

#pragma once

namespace airy::transform {

// The instruction sets a hot loop is compiled for. The program itself is built for the
// baseline of its platform and picks at run time. AVX2 comes with FMA.
enum class SimdLevel { kBaseline, kAvx2, kAvx512 };

// The best level this machine runs.
inline SimdLevel BestSimdLevel() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    return SimdLevel::kAvx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return SimdLevel::kAvx2;
  }
#endif
  return SimdLevel::kBaseline;
}

#if defined(__x86_64__)
template <typename Kernel, typename... Args>
[[gnu::target("avx2,fma")]] auto RunAvx2(Args... args) {
  return Kernel::Run(args...);
}
template <typename Kernel, typename... Args>
[[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,prefer-vector-width=512")]] auto
RunAvx512(Args... args) {
  return Kernel::Run(args...);
}
#endif

// Calls Kernel::Run(args...), compiled for `level`. Run must be marked AIRY_SIMD_KERNEL:
// it is inlined into one function per level. (The compiler's own target_clones resolves
// before the sanitizers' run-times are up, and does not take templates.)
template <typename Kernel, typename... Args>
auto RunAt(SimdLevel level, Args... args) {
#if defined(__x86_64__)
  if (level == SimdLevel::kAvx512) return RunAvx512<Kernel>(args...);
  if (level == SimdLevel::kAvx2) return RunAvx2<Kernel>(args...);
#endif
  return Kernel::Run(args...);
}

// As RunAt, for a kernel that is written for vectors of a number of floats: calls
// Kernel<16>, Kernel<8> or Kernel<4>, as many as a register of `level` holds.
template <template <int> typename Kernel, typename... Args>
auto RunLanesAt(SimdLevel level, Args... args) {
#if defined(__x86_64__)
  if (level == SimdLevel::kAvx512) return RunAvx512<Kernel<16>>(args...);
  if (level == SimdLevel::kAvx2) return RunAvx2<Kernel<8>>(args...);
#endif
  return Kernel<4>::Run(args...);
}

}  // namespace airy::transform

#define AIRY_SIMD_KERNEL [[gnu::always_inline]] static inline

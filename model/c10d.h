#pragma once

// What this LibTorch has of c10d. Gloo and NCCL show their own headers, which not every
// installation has.
#if defined(USE_C10D_GLOO) && __has_include(<gloo/algorithm.h>)
#define AIRY_HAS_GLOO
#endif
#if defined(USE_C10D_NCCL) && __has_include(<nccl.h>)
#define AIRY_HAS_NCCL
#endif
#if defined(AIRY_HAS_GLOO) || defined(AIRY_HAS_NCCL)
#define AIRY_HAS_C10D
#endif

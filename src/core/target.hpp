#pragma once

// Code for processors that not every machine has, in a file that is compiled for any of them:
//
//   ASSAY_TARGET_BEGIN("avx2")
//   ... functions
//   ASSAY_TARGET_END
//
// Nobody may call what stands between without asking __builtin_cpu_supports() first. Templates and
// inline functions of other headers stay what they are, unless they are included there. Defined for
// x86-64 only.

#if defined(__x86_64__) && defined(__GNUC__)
#define ASSAY_PRAGMA(text) _Pragma(#text)
#ifdef __clang__
#define ASSAY_TARGET_BEGIN(instructions) \
  ASSAY_PRAGMA(clang attribute push(__attribute__((target(instructions))), apply_to = function))
#define ASSAY_TARGET_END ASSAY_PRAGMA(clang attribute pop)
#else
#define ASSAY_TARGET_BEGIN(instructions) \
  ASSAY_PRAGMA(GCC push_options)         \
  ASSAY_PRAGMA(GCC target(instructions))
#define ASSAY_TARGET_END ASSAY_PRAGMA(GCC pop_options)
#endif
#endif

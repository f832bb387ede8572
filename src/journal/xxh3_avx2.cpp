// Compiled for AVX2 whatever the rest of the program is compiled for: nothing else may be in here,
// and nobody calls it without asking the processor first.

#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__x86_64__)
#include "core/target.hpp"

#include <immintrin.h>

ASSAY_TARGET_BEGIN("avx2")
#define XXH_VECTOR 2  // AVX2, in xxhash.h's own numbering
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay::journal {

std::uint64_t xxh3_avx2(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t xxh3_linked_avx2(std::string_view bytes, const char* link) {
  constexpr std::size_t link_bytes = 32;  // as xxh3.hpp says
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), XXH3_64bits(link, link_bytes));
}

}  // namespace assay::journal

ASSAY_TARGET_END
#endif

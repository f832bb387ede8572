// Compiled for AVX2 whatever the rest of the program is compiled for: nothing else may be in here,
// and nobody calls it without asking the processor first.

#if defined(__x86_64__)
#include "core/blake2b_lanes.hpp"
#include "core/target.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>
#include <utility>

ASSAY_TARGET_BEGIN("avx2")

#include "core/blake2b_rounds.hpp"  // nothing that it includes is new here

namespace assay {
namespace {

struct FourLanes {
  using Word = std::uint64_t __attribute__((vector_size(32)));

  // By whole bytes a shuffle does it.
  template <int bits>
  [[gnu::always_inline]] static void rotate(Word& word) {
    const auto bytes = reinterpret_cast<__m256i>(word);
    if constexpr (bits == 32) {
      word = reinterpret_cast<Word>(_mm256_shuffle_epi32(bytes, 0xB1));
    } else if constexpr (bits == 24) {
      const __m128i order = _mm_setr_epi8(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10);
      word = reinterpret_cast<Word>(_mm256_shuffle_epi8(bytes, _mm256_broadcastsi128_si256(order)));
    } else if constexpr (bits == 16) {
      const __m128i order = _mm_setr_epi8(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9);
      word = reinterpret_cast<Word>(_mm256_shuffle_epi8(bytes, _mm256_broadcastsi128_si256(order)));
    } else {
      static_assert(bits == 63);
      word = (word >> 63) | (word + word);
    }
  }
};

}  // namespace

void blake2b_avx2(const LaneStart& start, const LaneText (&texts)[4], LaneDigest (&digests)[4]) {
  LaneHash<FourLanes>(start).run(texts, digests);
}

}  // namespace assay

ASSAY_TARGET_END
#endif

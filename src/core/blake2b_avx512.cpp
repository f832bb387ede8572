// Compiled for AVX-512 whatever the rest of the program is compiled for: nothing else may be in
// here, and nobody calls it without asking the processor first.

#if defined(__x86_64__)
#include "core/blake2b_lanes.hpp"
#include "core/target.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

ASSAY_TARGET_BEGIN("avx512f")

#include "core/blake2b_rounds.hpp"  // nothing that it includes is new here

namespace assay {
namespace {

struct EightLanes {
  using Word = std::uint64_t __attribute__((vector_size(64)));

  template <int bits>
  [[gnu::always_inline]] static void rotate(Word& word) {
    word = (word >> bits) | (word << (64 - bits));  // one instruction
  }
};

}  // namespace

void blake2b_avx512(const LaneStart& start, const LaneText (&texts)[8], LaneDigest (&digests)[8]) {
  LaneHash<EightLanes>(start).run(texts, digests);
}

}  // namespace assay

ASSAY_TARGET_END
#endif

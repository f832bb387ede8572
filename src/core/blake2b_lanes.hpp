#pragma once

// BLAKE2b-128 of several texts at once, each in a lane of the processor's wide registers: the
// digests that libb2 gives one by one, at two fifths (AVX2) or a quarter (AVX-512) of its cost.

#include <cstddef>
#include <cstdint>

namespace assay {

struct LaneText {
  const char* bytes = nullptr;
  std::size_t size = 0;
};

// The state before the first block: what the parameters make of the initial values.
struct LaneStart {
  std::uint64_t words[8];
};

struct LaneDigest {
  std::uint64_t words[2];  // little-endian
};

// Only on a processor that has the instructions.
void blake2b_avx2(const LaneStart& start, const LaneText (&texts)[4], LaneDigest (&digests)[4]);
void blake2b_avx512(const LaneStart& start, const LaneText (&texts)[8], LaneDigest (&digests)[8]);

inline constexpr std::uint64_t blake2b_initial[8] = {0x6a09e667f3bcc908,
                                                     0xbb67ae8584caa73b,
                                                     0x3c6ef372fe94f82b,
                                                     0xa54ff53a5f1d36f1,
                                                     0x510e527fade682d1,
                                                     0x9b05688c2b3e6c1f,
                                                     0x1f83d9abfb41bd6b,
                                                     0x5be0cd19137e2179};

}  // namespace assay

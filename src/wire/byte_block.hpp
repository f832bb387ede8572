#pragma once

// Many bytes looked at together: each question gives a mask, in which bit i is the answer for byte
// i. Loops over long lists ask once per block instead of once per character or number.
//
// Blocks come in two kinds of the same name: narrow::ByteBlock for any machine, wide::ByteBlock for
// those with AVX2. Code for both is written once and included twice (list_scan_blocks.hpp): what
// is compiled for ASSAY_WIDE may only run where has_wide_blocks().

#include "core/byte_row.hpp"
#include "core/target.hpp"

#include <cstddef>
#include <cstdint>

#ifdef ASSAY_TARGET_BEGIN
#include <immintrin.h>
#define ASSAY_WIDE "avx2,bmi,bmi2,lzcnt,popcnt"
#endif

namespace assay::wire {

// A byte for each four bits.
struct alignas(16) ByteTable {
  std::uint8_t entries[16];
};

// Sixty-four bytes, in four registers.
namespace narrow {

class ByteBlock {
 public:
  static constexpr std::size_t size = 64;
  static constexpr bool has_tables = false;  // no Lane, no read_eight()

  explicit ByteBlock(const char* at)
      : rows_{ByteRow(at), ByteRow(at + 16), ByteRow(at + 32), ByteRow(at + 48)} {}

  [[nodiscard]] std::uint64_t equal(char c) const {
    return joined([c](const ByteRow& row) { return row.equal(c); });
  }
  [[nodiscard]] std::uint64_t digits() const {
    return joined([](const ByteRow& row) { return row.within('0', '9'); });
  }
  [[nodiscard]] std::uint64_t controls() const {
    return joined([](const ByteRow& row) { return row.within('\0', '\x1F'); });
  }
  // Those that are not the bytes at `other`.
  [[nodiscard]] std::uint64_t differs(const char* other) const {
    return ~joined([&](const ByteRow& row) {
      return row.equal(ByteRow(other + ByteRow::size * static_cast<std::size_t>(&row - rows_)));
    });
  }

 private:
  template <class Question>
  [[nodiscard]] std::uint64_t joined(Question question) const {
    return question(rows_[0]) | std::uint64_t{question(rows_[1])} << 16U |
           std::uint64_t{question(rows_[2])} << 32U | std::uint64_t{question(rows_[3])} << 48U;
  }

  ByteRow rows_[4];
};

}  // namespace narrow

#ifdef ASSAY_WIDE

[[nodiscard]] inline bool has_wide_blocks() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt") &&
         __builtin_cpu_supports("popcnt");
}

// In two registers.
ASSAY_TARGET_BEGIN(ASSAY_WIDE)
namespace wide {

// Half a block: thirty-two bytes.
class ByteLane {
 public:
  explicit ByteLane(const char* at)
      : bytes_(_mm256_loadu_si256(static_cast<const __m256i*>(static_cast<const void*>(at)))) {}

  // What the table has for the low four bits of each byte; 0 where it is not ASCII.
  [[nodiscard]] ByteLane in(const ByteTable& table) const {
    const void* const entries = table.entries;
    return ByteLane(_mm256_shuffle_epi8(
        _mm256_broadcastsi128_si256(_mm_load_si128(static_cast<const __m128i*>(entries))), bytes_));
  }
  // Not zero for the bytes that are not from `from` to `to`.
  [[nodiscard]] ByteLane outside(char from, char to) const {
    return ByteLane(_mm256_subs_epu8(_mm256_sub_epi8(bytes_, _mm256_set1_epi8(from)),
                                     _mm256_set1_epi8(static_cast<char>(to - from))));
  }
  [[nodiscard]] ByteLane operator&(const ByteLane& other) const {
    return ByteLane(_mm256_and_si256(bytes_, other.bytes_));
  }
  [[nodiscard]] ByteLane operator|(const ByteLane& other) const {
    return ByteLane(_mm256_or_si256(bytes_, other.bytes_));
  }
  [[nodiscard]] bool is_zero() const { return _mm256_testz_si256(bytes_, bytes_) != 0; }

 private:
  explicit ByteLane(__m256i bytes) : bytes_(bytes) {}

  __m256i bytes_;
};

class ByteBlock {
 public:
  static constexpr std::size_t size = 64;
  static constexpr bool has_tables = true;
  using Lane = ByteLane;

  explicit ByteBlock(const char* at) : low_(load(at)), high_(load(at + 32)) {}

  [[nodiscard]] std::uint64_t equal(char c) const {
    const __m256i wanted = _mm256_set1_epi8(c);
    return mask(_mm256_cmpeq_epi8(low_, wanted), _mm256_cmpeq_epi8(high_, wanted));
  }
  [[nodiscard]] std::uint64_t within(char from, char to) const {
    const __m256i first = _mm256_set1_epi8(from);
    const __m256i span = _mm256_set1_epi8(static_cast<char>(to - from));
    const __m256i low = _mm256_sub_epi8(low_, first);
    const __m256i high = _mm256_sub_epi8(high_, first);
    return mask(_mm256_cmpeq_epi8(_mm256_min_epu8(low, span), low),
                _mm256_cmpeq_epi8(_mm256_min_epu8(high, span), high));
  }
  [[nodiscard]] std::uint64_t digits() const { return within('0', '9'); }
  [[nodiscard]] std::uint64_t controls() const { return within('\0', '\x1F'); }
  [[nodiscard]] std::uint64_t differs(const char* other) const {
    return ~mask(_mm256_cmpeq_epi8(low_, load(other)), _mm256_cmpeq_epi8(high_, load(other + 32)));
  }

  // The numbers that eight words spell. A word is eight bytes of which `digits` takes two from 16
  // bytes; it has no bytes for leading zeros. The next 16 bytes are `apart` bytes away.
  static void read_eight(const char* at,
                         std::size_t apart,
                         const ByteTable& digits,
                         std::uint32_t* numbers) {
    const __m256i chosen = _mm256_broadcastsi128_si256(row(digits.entries));
    // Neighbours are joined to numbers of two digits, of four, of eight.
    const auto fours = [&](const char* low, const char* high) {
      const __m256i bytes = _mm256_inserti128_si256(_mm256_castsi128_si256(row(low)), row(high), 1);
      const __m256i ones =
          _mm256_and_si256(_mm256_shuffle_epi8(bytes, chosen), _mm256_set1_epi8(0x0F));
      const __m256i twos = _mm256_maddubs_epi16(ones, _mm256_set1_epi16(1 << 8 | 10));
      return _mm256_madd_epi16(twos, _mm256_set1_epi32(1 << 16 | 100));
    };
    const __m256i packed =
        _mm256_packus_epi32(fours(at, at + 2 * apart), fours(at + apart, at + 3 * apart));
    _mm256_storeu_si256(static_cast<__m256i*>(static_cast<void*>(numbers)),
                        _mm256_madd_epi16(packed, _mm256_set1_epi32(1 << 16 | 10000)));
  }

 private:
  static __m128i row(const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); }
  static __m256i load(const char* at) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(static_cast<const void*>(at)));
  }
  static std::uint64_t mask(__m256i low, __m256i high) {
    const auto bits = [](__m256i half) {
      return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(half))};
    };
    return bits(low) | bits(high) << 32U;
  }

  __m256i low_;
  __m256i high_;
};

}  // namespace wide
ASSAY_TARGET_END

#endif

// A mask that goes on from block to block.
struct BlockMask {
  std::uint64_t now = 0;
  std::uint64_t before = 0;  // that of the block before

  // Bit i is what bit i - places was; 0 < places < 64.
  [[nodiscard]] std::uint64_t behind(unsigned places) const {
    return now << places | before >> (64U - places);
  }
  void enter(std::uint64_t block) {
    before = now;
    now = block;
  }
};

}  // namespace assay::wire

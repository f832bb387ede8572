#pragma once

// Many bytes looked at together: each question gives a mask, in which bit i is the answer for byte
// i. Loops over long lists ask once per block instead of once per character or number.
//
// Every x86-64 has SSE2; elsewhere the same is written out, for the compiler to make the best of.
// Blocks come in two kinds of the same name: narrow::ByteBlock for any machine, wide::ByteBlock for
// those with AVX2. Code for both is written once and included twice (list_scan_blocks.hpp): what
// stands between ASSAY_WIDE_BEGIN and ASSAY_WIDE_END may only run where has_wide_blocks().

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#ifdef __clang__
// clang-format off
#define ASSAY_WIDE_BEGIN \
  _Pragma("clang attribute push(__attribute__((target(\"avx2,bmi,bmi2,lzcnt,popcnt\"))), apply_to=function)")
// clang-format on
#define ASSAY_WIDE_END _Pragma("clang attribute pop")
#else
#define ASSAY_WIDE_BEGIN \
  _Pragma("GCC push_options") _Pragma("GCC target(\"avx2,bmi,bmi2,lzcnt,popcnt\")")
#define ASSAY_WIDE_END _Pragma("GCC pop_options")
#endif
#else
#include <cstring>
#endif

namespace assay::wire {

// Sixteen bytes.
class ByteRow {
 public:
  static constexpr std::size_t size = 16;

#ifdef ASSAY_WIDE_BEGIN
  explicit ByteRow(const char* at)
      : bytes_(_mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(at)))) {}

  [[nodiscard]] std::uint32_t equal(char c) const {
    return mask(_mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c)));
  }
  // Which are from `low` to `high`, as unsigned bytes.
  [[nodiscard]] std::uint32_t within(char low, char high) const {
    const __m128i above = _mm_sub_epi8(bytes_, _mm_set1_epi8(low));
    const __m128i span = _mm_set1_epi8(static_cast<char>(high - low));
    return mask(_mm_cmpeq_epi8(_mm_min_epu8(above, span), above));
  }
  [[nodiscard]] std::uint32_t equal(const ByteRow& other) const {
    return mask(_mm_cmpeq_epi8(bytes_, other.bytes_));
  }

  // The number that the last `count` bytes spell, all of them digits; 0 for none.
  [[nodiscard]] std::uint64_t last_digits(std::size_t count) const {
    alignas(16) static constexpr unsigned char chosen[32]{
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
        0,    0,    0,    0,    0,    0x0F, 0x0F, 0x0F, 0x0F, 0x0F, 0x0F,
        0x0F, 0x0F, 0x0F, 0x0F, 0x0F, 0x0F, 0x0F, 0x0F, 0x0F, 0x0F};
    const void* const from = chosen + count;
    const __m128i ones = _mm_and_si128(bytes_, _mm_loadu_si128(static_cast<const __m128i*>(from)));
    // Neighbours are joined to numbers of two digits, of four, of eight.
    const __m128i twos = _mm_add_epi16(
        _mm_mullo_epi16(_mm_and_si128(ones, _mm_set1_epi16(0x00FF)), _mm_set1_epi16(10)),
        _mm_srli_epi16(ones, 8));
    const __m128i fours = _mm_madd_epi16(twos, _mm_set1_epi32(1 << 16 | 100));
    const __m128i packed = _mm_packs_epi32(fours, fours);
    const __m128i eights = _mm_madd_epi16(packed, _mm_set1_epi32(1 << 16 | 10000));
    const auto both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
    return (both & 0xFFFFFFFFU) * 100'000'000U + (both >> 32U);
  }

 private:
  static std::uint32_t mask(__m128i bytes) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
  }

  __m128i bytes_;
#else
  explicit ByteRow(const char* at) { std::memcpy(bytes_, at, size); }

  [[nodiscard]] std::uint32_t equal(char c) const { return within(c, c); }
  // Which are from `low` to `high`, as unsigned bytes.
  [[nodiscard]] std::uint32_t within(char low, char high) const {
    const auto from = static_cast<unsigned char>(low);
    const auto to = static_cast<unsigned char>(high);
    return mask([&](std::size_t i) { return bytes_[i] >= from && bytes_[i] <= to; });
  }
  [[nodiscard]] std::uint32_t equal(const ByteRow& other) const {
    return mask([&](std::size_t i) { return bytes_[i] == other.bytes_[i]; });
  }

  // The number that the last `count` bytes spell, all of them digits; 0 for none.
  [[nodiscard]] std::uint64_t last_digits(std::size_t count) const {
    std::uint64_t number = 0;
    for (std::size_t i = size - count; i < size; ++i) number = number * 10 + (bytes_[i] - '0');
    return number;
  }

 private:
  template <class Test>
  static std::uint32_t mask(Test test) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < size; ++i) bits |= (test(i) ? 1U : 0U) << i;
    return bits;
  }

  unsigned char bytes_[size];
#endif

 public:
  // Which cannot stand for themselves in a JSON string: quotes, backslashes, control characters.
  [[nodiscard]] std::uint32_t special() const {
    return equal('"') | equal('\\') | within('\0', '\x1F');
  }
};

// Sixty-four bytes.
namespace narrow {

class ByteBlock {
 public:
  static constexpr std::size_t size = 4 * ByteRow::size;

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

 private:
  template <class Question>
  [[nodiscard]] std::uint64_t joined(Question question) const {
    return question(rows_[0]) | std::uint64_t{question(rows_[1])} << 16U |
           std::uint64_t{question(rows_[2])} << 32U | std::uint64_t{question(rows_[3])} << 48U;
  }

  ByteRow rows_[4];
};

}  // namespace narrow

#ifdef ASSAY_WIDE_BEGIN

[[nodiscard]] inline bool has_wide_blocks() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt") &&
         __builtin_cpu_supports("popcnt");
}

ASSAY_WIDE_BEGIN
namespace wide {

class ByteBlock {
 public:
  static constexpr std::size_t size = 64;

  explicit ByteBlock(const char* at) : low_(load(at)), high_(load(at + 32)) {}

  [[nodiscard]] std::uint64_t equal(char c) const {
    const __m256i wanted = _mm256_set1_epi8(c);
    return mask(_mm256_cmpeq_epi8(low_, wanted), _mm256_cmpeq_epi8(high_, wanted));
  }
  [[nodiscard]] std::uint64_t digits() const { return within('0', '9'); }
  [[nodiscard]] std::uint64_t controls() const { return within('\0', '\x1F'); }

 private:
  static __m256i load(const char* at) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(static_cast<const void*>(at)));
  }
  [[nodiscard]] std::uint64_t within(char from, char to) const {
    const __m256i first = _mm256_set1_epi8(from);
    const __m256i span = _mm256_set1_epi8(static_cast<char>(to - from));
    const __m256i low = _mm256_sub_epi8(low_, first);
    const __m256i high = _mm256_sub_epi8(high_, first);
    return mask(_mm256_cmpeq_epi8(_mm256_min_epu8(low, span), low),
                _mm256_cmpeq_epi8(_mm256_min_epu8(high, span), high));
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
ASSAY_WIDE_END

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

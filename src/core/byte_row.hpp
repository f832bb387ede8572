#pragma once

// Sixteen bytes looked at together: each question gives a mask, in which bit i is the answer for
// byte i. Every x86-64 has SSE2; elsewhere the same is written out, for the compiler to make the
// best of.

#include <bit>
#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#else
#include <cstring>
#endif

namespace assay {

class ByteRow {
 public:
  static constexpr std::size_t size = 16;

#ifdef __SSE2__
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
  [[nodiscard]] std::uint32_t not_ascii() const { return mask(bytes_); }
  void write(char* at) const {
    _mm_storeu_si128(static_cast<__m128i*>(static_cast<void*>(at)), bytes_);
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
  [[nodiscard]] std::uint32_t not_ascii() const { return within('\x80', '\xFF'); }
  void write(char* at) const { std::memcpy(at, bytes_, size); }

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
  // How many there are before the first that is not printable ASCII, or a quote or a backslash:
  // they stand for themselves in any JSON string.
  [[nodiscard]] std::size_t plain_count() const {
    const std::uint32_t others = ~within(' ', '~') | equal('"') | equal('\\');
    return static_cast<std::size_t>(std::countr_zero(others));  // bits above the sixteen are set
  }
  // Which cannot stand for themselves in a JSON string: quotes, backslashes, control characters.
  [[nodiscard]] std::uint32_t special() const {
    return equal('"') | equal('\\') | within('\0', '\x1F');
  }
};

}  // namespace assay

#pragma once

#include "wire/byte_block.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace assay::wire {

// Eight counts of the same number of digits, each with its comma, as they lie in a block.
struct EvenCounts {
  std::uint64_t bytes = 0;  // all of them
  std::uint64_t commas = 0;
  std::uint64_t no_zeros = 0;  // where none may be: the first of several digits
  ByteTable digits{};          // two of them in 16 bytes, for ByteBlock::read_eight
};

inline constexpr std::size_t even_digits_max = 7;

// By the number of digits.
inline constexpr auto even_counts = [] {
  constexpr std::uint8_t no_byte = 0x80;
  std::array<EvenCounts, even_digits_max + 1> table;
  for (std::size_t length = 1; length <= even_digits_max; ++length) {
    const std::size_t stride = length + 1;
    EvenCounts& even = table[length];
    even.bytes = ~std::uint64_t{0} >> (64 - 8 * stride);
    for (std::size_t i = 0; i < 8; ++i) {
      even.commas |= std::uint64_t{1} << (i * stride + length);
      if (length > 1) even.no_zeros |= std::uint64_t{1} << (i * stride);
    }
    for (std::size_t i = 0; i < 16; ++i) {
      const std::size_t zeros = 8 - length;
      const std::size_t begin = i / 8 * stride;
      const bool is_zero = i % 8 < zeros;
      even.digits.entries[i] = is_zero ? no_byte : static_cast<std::uint8_t>(begin + i % 8 - zeros);
    }
  }
  return table;
}();

}  // namespace assay::wire

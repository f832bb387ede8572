#pragma once

// Steps over the masks of byte_block.hpp. They go into the loops of any kind of block.

#include <cstddef>
#include <cstdint>

namespace assay::wire {

inline constexpr std::uint64_t last_bit = std::uint64_t{1} << 63U;

// The bits below the lowest one of `wrong`; all when there is none.
[[nodiscard]] inline std::uint64_t below(std::uint64_t wrong) {
  return ~wrong & (wrong - 1);
}

// The bits of the 64 bytes at `block` that lie at or behind `end`.
[[nodiscard]] inline std::uint64_t beyond(const char* block, const char* end) {
  const auto left = static_cast<std::uint64_t>(end - block);
  return left >= 64 ? 0 : ~std::uint64_t{0} << left;
}

// The lowest `count` of the bits.
[[nodiscard]] inline std::uint64_t lowest(std::uint64_t bits, std::size_t count) {
  std::uint64_t others = bits;
  for (; count > 0; --count) others &= others - 1;
  return bits ^ others;
}

// Whether there is an odd number of bits up to each one, itself included.
[[nodiscard]] inline std::uint64_t odd_so_far(std::uint64_t bits) {
  bits ^= bits << 1U;
  bits ^= bits << 2U;
  bits ^= bits << 4U;
  bits ^= bits << 8U;
  bits ^= bits << 16U;
  return bits ^ bits << 32U;
}

}  // namespace assay::wire

// No #pragma once: included for blocks of each kind (list_scan_blocks.hpp).

#include "wire/block_bits.hpp"
#include "wire/byte_block.hpp"
#include "wire/eight_bytes.hpp"
#include "wire/even_counts.hpp"
#include "wire/list_batch.hpp"

#include <bit>
#include <cstdint>
#include <vector>

#ifndef ASSAY_BLOCKS
#define ASSAY_BLOCKS narrow
#endif

namespace assay::wire::ASSAY_BLOCKS {
namespace {

// Eights of counts with the same number of digits: the numbers of a list that rises mostly have as
// many as the one before.
template <class Block>
void take_even_counts(const char*& at, const char* end, ListBatch<std::uint32_t>& found) {
  while (end - at >= static_cast<std::ptrdiff_t>(Block::size)) {
    const Block block(at);
    const std::uint64_t commas = block.equal(',');
    const auto length = static_cast<std::size_t>(std::countr_zero(commas));
    if (length == 0 || length > even_digits_max) return;
    const EvenCounts& even = even_counts[length];
    const std::uint64_t wrong =
        (commas ^ even.commas) | ~(block.digits() | commas) | (block.equal('0') & even.no_zeros);
    if ((wrong & even.bytes) != 0) return;
    Block::read_eight(at, 2 * (length + 1), even.digits, found.next());
    found.keep(8);
    at += 8 * (length + 1);
  }
}

// Those that begin and end in the block at `at`, one by one. False when no more than these are to
// be taken.
[[gnu::noinline]] bool take_block(const char*& at,
                                  const char* end,
                                  ListBatch<std::uint32_t>& found) {
  const char* const first = at;
  const ByteBlock block(at);
  const std::uint64_t commas = block.equal(',');
  const std::uint64_t begins = commas << 1U | 1U;
  const std::uint64_t digits = block.digits();
  const std::uint64_t wrong = ~(digits | commas) | (commas & begins) |
                              (digits & (block.equal('0') & begins) << 1U) | beyond(at, end);
  std::uint64_t rest = commas & below(wrong);
  std::uint32_t* const numbers = found.next();
  std::size_t count = 0;
  for (; rest != 0; rest &= rest - 1) {
    const char* const comma = first + std::countr_zero(rest);
    const auto length = static_cast<unsigned>(comma - at);
    if (length > 8) break;
    numbers[count++] =
        static_cast<std::uint32_t>(length <= 4 ? value_of_few_digits(eight_bytes(at), length)
                                               : value_of_digits(eight_bytes(at), length));
    at = comma + 1;
  }
  found.keep(count);
  return count > 0 && rest == 0 && wrong == 0;
}

}  // namespace

void take_counts(const char*& at, const char* end, std::vector<std::uint32_t>& values) {
  ListBatch<std::uint32_t> found(values);
  do {
    if constexpr (ByteBlock::has_tables) take_even_counts<ByteBlock>(at, end, found);
  } while (at < end && take_block(at, end, found));
  found.flush();
}

}  // namespace assay::wire::ASSAY_BLOCKS

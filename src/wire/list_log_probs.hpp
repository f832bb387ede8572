// No #pragma once: included for blocks of each kind (list_scan_blocks.hpp).

#include "wire/block_bits.hpp"
#include "wire/byte_block.hpp"
#include "wire/eight_bytes.hpp"
#include "wire/list_batch.hpp"
#include "wire/number_text.hpp"
#include "wire/short_log_probs.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#ifndef ASSAY_BLOCKS
#define ASSAY_BLOCKS narrow
#endif

namespace assay::wire::ASSAY_BLOCKS {
namespace {

std::uint64_t white_space(const ByteBlock& block) {
  return block.equal(' ') | block.equal('\n') | block.equal('\r') | block.equal('\t');
}

// The grammar of plain log-probs, all characters of a block at once. A rule is broken no later than
// at the comma behind the entry, so that commas before the first offence end entries that are
// whole. Most lists hold nothing but signs, digits, points and commas: a block of these, behind a
// block of these, is told by fewer rules.
class LogProbGrammar {
 public:
  LogProbGrammar() { commas_.now = last_bit; }  // as though an entry had just ended

  // The places in the next block, at `at`, at which a rule is broken.
  std::uint64_t wrong(const char* at) {
    const ByteBlock block(at);
    digits_.enter(block.digits());
    zeros_.enter(block.equal('0'));
    points_.enter(block.equal('.'));
    commas_.enter(block.equal(','));
    minuses_.enter(block.equal('-'));
    const std::uint64_t others = ~(digits_.now | points_.now | commas_.now | minuses_.now);
    if (others == 0 && is_bare_) return wrong_bare();
    exponents_.enter(block.equal('e'));
    spaces_.enter(white_space(block));
    is_bare_ = others == 0;  // and so the two are empty, now and until the next that is not
    return (others & ~(exponents_.now | spaces_.now)) | wrong_order() | wrong_whole() |
           wrong_power();
  }
  [[nodiscard]] std::uint64_t commas() const { return commas_.now; }

 private:
  // A sign behind each comma and nowhere else; a point two to four places behind the sign, one only
  // and with a digit behind it; no 0 before another digit of the whole; commas behind digits.
  [[nodiscard]] std::uint64_t wrong_bare() const {
    const std::uint64_t third = commas_.behind(3);
    const std::uint64_t fourth = commas_.behind(4);
    const std::uint64_t fifth = commas_.behind(5);
    const std::uint64_t point = points_.now ^ points_.behind(1) ^ points_.behind(2);
    const std::uint64_t too_soon = commas_.behind(2) | third | fourth;
    return (minuses_.now ^ commas_.behind(1)) | (points_.now & ~(third | fourth | fifth)) |
           (points_.behind(1) & ~digits_.now) | (fifth & ~point) |
           (third & digits_.now & zeros_.behind(1)) |
           (commas_.now & (too_soon | ~digits_.behind(1)));
  }

  // What may stand directly behind what.
  [[nodiscard]] std::uint64_t wrong_order() const {
    const std::uint64_t begin = commas_.behind(1) | spaces_.behind(1);
    const std::uint64_t in_number = digits_.behind(1) | points_.behind(1) | minuses_.behind(1);
    return (commas_.now & ~digits_.behind(1)) | (spaces_.now & ~begin) |
           (minuses_.now & ~(begin | exponents_.behind(1))) | (digits_.now & ~in_number) |
           (points_.behind(1) & ~digits_.now) | (exponents_.now & ~digits_.behind(1)) |
           (exponents_.behind(1) & ~minuses_.now);
  }

  // One to three digits before the point, no 0 before others.
  [[nodiscard]] std::uint64_t wrong_whole() const {
    const std::uint64_t two = digits_.behind(1) & digits_.behind(2);
    const std::uint64_t three = two & digits_.behind(3) & sign_behind(4);
    const std::uint64_t ended =
        (digits_.behind(1) & sign_behind(2)) | (two & sign_behind(3)) | three;
    return (points_.now & ~ended) | (ended & ~(points_.now | digits_.now)) |
           (digits_.now & (three | (zeros_.behind(1) & sign_behind(2))));
  }

  // Two digits behind an exponent's sign, and no more.
  [[nodiscard]] std::uint64_t wrong_power() const {
    const std::uint64_t inside = power_behind(1) | power_behind(2);
    return (inside & ~digits_.now) | (power_behind(3) & (digits_.now | exponents_.now));
  }

  // Minuses that begin a number, and those of exponents.
  [[nodiscard]] std::uint64_t sign_behind(unsigned places) const {
    return minuses_.behind(places) & ~exponents_.behind(places + 1);
  }
  [[nodiscard]] std::uint64_t power_behind(unsigned places) const {
    return minuses_.behind(places) & exponents_.behind(places + 1);
  }

  BlockMask digits_, zeros_, points_, commas_, minuses_, exponents_, spaces_;
  bool is_bare_ = true;  // the block has nothing but digits, points, commas and minuses
};

// For each block of plain log-probs: `take(block, commas)`, the commas behind those that end in it.
// Ends when it is false, when `most` have been given or where the rules are broken. Moves `at` and
// `most` on.
template <class Take>
bool over_any_log_probs(const char*& at, const char* end, std::size_t& most, Take& take) {
  LogProbGrammar grammar;
  for (const char* block = at; block < end && most > 0; block += ByteBlock::size) {
    const std::uint64_t wrong = grammar.wrong(block) | beyond(block, end);
    std::uint64_t commas = grammar.commas() & below(wrong);
    if (const auto found = static_cast<std::size_t>(std::popcount(commas)); found <= most) {
      most -= found;
    } else {
      commas = lowest(commas, most);
      most = 0;
    }
    if (commas != 0) at = block + std::bit_width(commas);
    if (!take(block, commas)) return false;
    if (wrong != 0) break;
  }
  return true;
}

// What breaks the grammar of short log-probs, behind bytes that keep to it.
template <class Lane>
Lane broken_at(const char* at) {
  using short_log_probs::tables;
  const Lane now(at);
  return (now.in(tables[0]) & Lane(at - 1).in(tables[1]) & Lane(at - 2).in(tables[2]) &
          Lane(at - 3).in(tables[3])) |
         now.outside(',', '9');
}

// The same for blocks that hold nothing but short ones.
template <class Block, class Take>
bool over_short_log_probs(const char*& at, const char* end, std::size_t& most, Take& take) {
  if (end - at < static_cast<std::ptrdiff_t>(Block::size)) return true;
  char begin[short_log_probs::reach + Block::size];  // as though entries had just ended
  std::memset(begin, ',', short_log_probs::reach);
  std::memcpy(begin + short_log_probs::reach, at, Block::size);
  const char* behind = begin + short_log_probs::reach;
  const char* const last = end - Block::size;
  std::size_t left = most;
  for (const char* block = at; block <= last; block += Block::size) {
    using Lane = typename Block::Lane;
    if (!(broken_at<Lane>(behind) | broken_at<Lane>(behind + Block::size / 2)).is_zero()) break;
    const std::uint64_t commas = Block(block).equal(',');
    const auto found = static_cast<std::size_t>(std::popcount(commas));
    if (found > left) break;
    left -= found;
    if (commas != 0) at = block + std::bit_width(commas);
    if (!take(block, commas)) return false;
    behind = block + Block::size;
  }
  most = left;
  return true;
}

// For all plain log-probs: the short ones by tables, and where there are others a few by masks.
template <class Take>
void over_log_probs(const char* at, const char* end, std::size_t most, Take take) {
  for (;;) {
    std::size_t few = most;
    if constexpr (ByteBlock::has_tables) {
      if (!over_short_log_probs<ByteBlock>(at, end, most, take)) return;
      few = std::min<std::size_t>(most, 16);
    }
    const std::size_t asked = few;
    if (!over_any_log_probs(at, end, few, take)) return;
    most -= asked - few;
    if (few > 0 || most == 0) return;
  }
}

// How far in front of its comma read_between looks.
constexpr std::ptrdiff_t value_reach = ByteRow::size;

// The value of the plain log-prob from `at` to its comma; false where it has an exponent, fewer
// than eight decimal places or more digits than 64 bits hold. Without a branch on the number of
// places: servers write 15 to 19. The last sixteen are read together, and so are those before them,
// at most three, of which the point is taken out.
[[gnu::always_inline]] inline bool read_between(const char* at, const char* comma, double& value) {
  const unsigned whole = at[2] == '.' ? 1U : (at[3] == '.' ? 2U : 3U);
  const auto places = static_cast<unsigned>(comma - at) - whole - 2U;
  if (places < 8 || whole + places > number_text::places_max || comma[-4] == 'e') return false;
  const unsigned last = std::min(places, 16U);
  const std::uint64_t head = eight_bytes(at + 1);
  const std::uint64_t before_point = (std::uint64_t{1} << 8U * whole) - 1U;
  const std::uint64_t pointless = (head & before_point) | (head >> 8U & ~before_point);
  const std::uint64_t digits =
      value_of_few_digits(pointless, whole + places - last) * powers_of_ten[last] +
      ByteRow(comma - ByteRow::size).last_digits(last);
  if (!number_text::divide(digits, places, value)) return false;
  value = -value;
  return true;
}

}  // namespace

std::size_t skip_log_probs(const char*& at, const char* end, std::size_t most) {
  std::size_t count = 0;
  over_log_probs(at, end, most, [&at, &count](const char* block, std::uint64_t commas) {
    count += static_cast<std::size_t>(std::popcount(commas));
    if (commas != 0) at = block + std::bit_width(commas);
    return true;
  });
  return count;
}

void take_log_probs(const char*& at,
                    const char* end,
                    std::size_t most,
                    std::vector<double>& values) {
  const char* const first = at;
  ListBatch<double> found(values);
  over_log_probs(at, end, most, [&](const char* block, std::uint64_t commas) {
    double* const next = found.next();
    std::size_t count = 0;
    const char* entry = at;
    for (; commas != 0; commas &= commas - 1) {
      const char* const comma = block + std::countr_zero(commas);
      while (*entry != '-') ++entry;  // white space
      const bool is_plain = comma - first >= value_reach && read_between(entry, comma, next[count]);
      if (!is_plain && read_number(entry, next[count]) != comma) break;
      ++count;
      entry = comma + 1;
    }
    found.keep(count);
    at = entry;
    return commas == 0;
  });
  found.flush();
}

}  // namespace assay::wire::ASSAY_BLOCKS

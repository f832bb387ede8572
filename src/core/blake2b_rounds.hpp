#pragma once

// What the two sizes of lanes have in common. Included by files that are compiled for processors
// the rest of the program may not run on: everything is inlined or of internal linkage, and nothing
// of the library is called, so that none of it can end up elsewhere.
// Source: RFC 7693.

#include "core/blake2b_lanes.hpp"

#include <cstring>
#include <utility>

namespace assay {
namespace {

constexpr std::size_t block_bytes = 128;
constexpr std::size_t block_words = 16;
constexpr std::size_t rounds = 12;

// Which words of the block a round mixes in; rounds 10 and 11 are 0 and 1 again.
constexpr unsigned char schedule[10][block_words] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

// Lanes names the word of all lanes (a vector of 64-bit words), how many there are, and how that
// word is rotated.
template <class Lanes>
class LaneHash {
  using Word = typename Lanes::Word;
  static constexpr std::size_t lanes = sizeof(Word) / sizeof(std::uint64_t);

 public:
  [[gnu::always_inline]] explicit LaneHash(const LaneStart& start) {
    for (std::size_t i = 0; i < 8; ++i) state_[i] = Word{} + start.words[i];
  }

  // The texts may differ in length: a lane that is through goes on over its last block, unheeded.
  [[gnu::always_inline]] void run(const LaneText* texts, LaneDigest* digests) {
    std::size_t fewest = ~std::size_t{0};
    std::size_t most = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      at_[lane] = texts[lane].bytes;
      const std::size_t blocks = blocks_of(texts[lane]);
      fewest = blocks < fewest ? blocks : fewest;
      most = blocks > most ? blocks : most;
    }
    std::size_t block = 0;
    for (; block + 1 < fewest; ++block) {
      counted_ += block_bytes;
      compress();
      for (std::size_t lane = 0; lane < lanes; ++lane) at_[lane] += block_bytes;
    }
    for (; block < most; ++block) end_step(block, texts, digests);
  }

 private:
  [[gnu::always_inline]] static std::size_t blocks_of(const LaneText& text) {
    return text.size == 0 ? 1 : (text.size + block_bytes - 1) / block_bytes;
  }

  // A block that is some lane's last.
  [[gnu::always_inline]] void end_step(std::size_t block,
                                       const LaneText* texts,
                                       LaneDigest* digests) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::size_t left = blocks_of(texts[lane]) - block;
      if (left > 1) {
        counted_[lane] += block_bytes;
      } else if (left == 1) {
        const std::size_t begin = block * block_bytes;
        const std::size_t bytes = texts[lane].size - begin;
        std::memset(tails_[lane], 0, block_bytes);
        if (bytes > 0) std::memcpy(tails_[lane], texts[lane].bytes + begin, bytes);
        at_[lane] = tails_[lane];
        counted_[lane] += bytes;
        last_[lane] = ~std::uint64_t{0};
      }
    }
    compress();
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::size_t blocks = blocks_of(texts[lane]);
      if (blocks == block + 1) digests[lane] = {{state_[0][lane], state_[1][lane]}};
      if (blocks > block + 1) at_[lane] += block_bytes;
    }
  }

  [[gnu::always_inline]] void load(Word* words) const {
    for (std::size_t i = 0; i < block_words; ++i) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        std::uint64_t word;
        std::memcpy(&word, at_[lane] + i * sizeof word, sizeof word);
        words[i][lane] = word;
      }
    }
  }

  [[gnu::always_inline]] static void mix(
      Word& a, Word& b, Word& c, Word& d, const Word& first, const Word& second) {
    a += b + first;
    d ^= a;
    Lanes::template rotate<32>(d);
    c += d;
    b ^= c;
    Lanes::template rotate<24>(b);
    a += b + second;
    d ^= a;
    Lanes::template rotate<16>(d);
    c += d;
    b ^= c;
    Lanes::template rotate<63>(b);
  }

  template <std::size_t round>
  [[gnu::always_inline]] static void mix_round(Word* v, const Word* m) {
    constexpr auto& s = schedule[round % 10];
    mix(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]]);
    mix(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]]);
    mix(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]]);
    mix(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]]);
    mix(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]]);
    mix(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]]);
    mix(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]]);
    mix(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]]);
  }

  template <std::size_t... round>
  [[gnu::always_inline]] static void mix_rounds(Word* v,
                                                const Word* m,
                                                std::index_sequence<round...>) {
    (mix_round<round>(v, m), ...);
  }

  [[gnu::always_inline]] void compress() {
    Word words[block_words];
    load(words);
    Word v[16];
    for (std::size_t i = 0; i < 8; ++i) {
      v[i] = state_[i];
      v[i + 8] = Word{} + blake2b_initial[i];
    }
    v[12] ^= counted_;
    v[14] ^= last_;
    mix_rounds(v, words, std::make_index_sequence<rounds>{});
    for (std::size_t i = 0; i < 8; ++i) state_[i] ^= v[i] ^ v[i + 8];
  }

  Word state_[8];
  Word counted_{};  // bytes so far
  Word last_{};     // all ones in a lane's last block
  const char* at_[lanes];
  char tails_[lanes][block_bytes];  // the last block of each, filled up with zeros
};

}  // namespace
}  // namespace assay

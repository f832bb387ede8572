#pragma once

#include "teacher/piece_trie.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_set>

namespace assay::teacher {

// Which beginnings were asked before, in blocks of tokens as prefix caches keep them. For the lie
// `prefix-cache` only: an honest teacher remembers nothing. Bounded: a full memory starts again.
class PrefixMemory {
 public:
  static constexpr std::size_t block_tokens = 4;

  // Tokens of the longest beginning in whole blocks, short of the whole, that was remembered.
  [[nodiscard]] std::size_t known(std::span<const TokenId> tokens) const;
  void remember(std::span<const TokenId> tokens);

 private:
  static constexpr std::size_t blocks_max = 1 << 18;
  std::unordered_set<std::uint64_t> blocks_;  // by digest of all tokens up to the block's end
};

}  // namespace assay::teacher

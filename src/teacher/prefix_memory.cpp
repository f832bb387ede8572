#include "teacher/prefix_memory.hpp"

namespace assay::teacher {

namespace {

// Calls visit(tokens so far, digest of them) at each block's end until it says false.
template <class Visit>
void walk_blocks(std::span<const TokenId> tokens, Visit&& visit) {
  std::uint64_t digest = 0xcbf29ce484222325;  // FNV-1a over ids
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    digest = (digest ^ tokens[i]) * 0x100000001b3;
    if ((i + 1) % PrefixMemory::block_tokens == 0 && !visit(i + 1, digest)) return;
  }
}

}  // namespace

std::size_t PrefixMemory::known(std::span<const TokenId> tokens) const {
  std::size_t longest = 0;
  walk_blocks(tokens, [&](std::size_t end, std::uint64_t digest) {
    if (end == tokens.size() || !blocks_.contains(digest)) return false;
    longest = end;
    return true;
  });
  return longest;
}

void PrefixMemory::remember(std::span<const TokenId> tokens) {
  if (blocks_.size() > blocks_max) blocks_.clear();
  walk_blocks(tokens, [&](std::size_t, std::uint64_t digest) {
    blocks_.insert(digest);
    return true;
  });
}

}  // namespace assay::teacher

#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay::teacher {

using TokenId = std::uint32_t;

// Byte strings with an id each, and the longest of them at the head of a text. The edges of all
// nodes lie in one open addressing table: 256 KB for 4,096 pieces, where a table per node would be
// several megabytes and miss the cache.
class PieceTrie {
 public:
  PieceTrie();

  // A piece is added once; the ids are the caller's.
  void add(std::string_view piece, TokenId id);

  struct Match {
    TokenId id;
    std::size_t length;  // 0 when nothing matches
  };
  [[nodiscard]] Match longest(std::string_view text) const;

 private:
  struct Edge {
    std::uint32_t key = 0;  // node * 256 + byte + 1; 0 is an empty place
    std::uint32_t target = 0;
  };

  [[nodiscard]] std::uint32_t child(std::uint32_t node, unsigned char byte) const;
  void link(std::uint32_t node, unsigned char byte, std::uint32_t target);
  void grow();

  std::vector<Edge> edges_;  // a power of two, at most half full
  std::size_t edge_count_ = 0;
  std::array<std::uint32_t, 256> roots_;  // the first byte's node; 0 is none
  std::vector<std::uint32_t> ids_;        // by node: id + 1, 0 when no piece ends here
};

}  // namespace assay::teacher

#include "teacher/piece_learning.hpp"

#include "core/json_text.hpp"
#include "teacher/piece_trie.hpp"
#include "teacher/vocabulary.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

namespace assay::teacher {

namespace {

constexpr std::size_t piece_bytes_max = 16;
constexpr std::size_t rounds = 24;      // more rounds give better pieces and a slower start
constexpr std::uint32_t count_min = 4;  // a pair seen less often is chance

struct Pair {
  std::uint64_t key;  // left * 2^32 + right
  std::uint32_t count;
};

// What stands side by side in the text as it is cut now; pairs with a special token are left out.
std::unordered_map<std::uint64_t, std::uint32_t> count_pairs(const PieceTrie& trie,
                                                             std::string_view text) {
  std::unordered_map<std::uint64_t, std::uint32_t> counts;
  std::uint64_t left = Vocabulary::end_of_text;
  while (!text.empty()) {
    const auto match = trie.longest(text);
    text.remove_prefix(match.length);
    const bool special = match.id >= Vocabulary::end_of_text && match.id < Vocabulary::first_piece;
    if (!special && left != Vocabulary::end_of_text) ++counts[left << 32 | match.id];
    left = special ? Vocabulary::end_of_text : match.id;
  }
  return counts;
}

bool allowed(std::string_view piece) {
  if (piece.size() > piece_bytes_max || piece.starts_with("bytes:")) return false;
  return is_utf8(piece) ||
         std::all_of(piece.begin(), piece.end(), [](char c) { return (c & 0x80) != 0; });
}

std::vector<Pair> by_frequency(const std::unordered_map<std::uint64_t, std::uint32_t>& counts) {
  std::vector<Pair> pairs;
  for (const auto& [key, count] : counts) {
    if (count >= count_min) pairs.push_back({key, count});
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return a.count != b.count ? a.count > b.count : a.key < b.key;
  });
  return pairs;
}

class Learner {
 public:
  Learner() {
    for (TokenId byte = 0; byte < Vocabulary::byte_count; ++byte) {
      texts_.emplace_back(1, static_cast<char>(byte));
    }
    for (const auto special : {"<|endoftext|>", "<|im_start|>", "<|im_end|>"})
      texts_.emplace_back(special);
    for (TokenId id = 0; id < texts_.size(); ++id) trie_.add(texts_[id], id);
  }

  // Returns how many pieces it added, at most `quota`.
  std::size_t round(std::string_view text, std::size_t quota) {
    std::size_t added = 0;
    for (const auto& pair : by_frequency(count_pairs(trie_, text))) {
      if (added == quota) break;
      auto piece = texts_[pair.key >> 32] + texts_[pair.key & 0xffffffff];
      if (!allowed(piece) || !known_.insert(piece).second) continue;
      trie_.add(piece, static_cast<TokenId>(texts_.size()));
      texts_.push_back(std::move(piece));
      ++added;
    }
    return added;
  }

  [[nodiscard]] std::size_t learnt() const { return texts_.size() - Vocabulary::first_piece; }
  [[nodiscard]] std::vector<std::string> pieces() const {
    return {texts_.begin() + Vocabulary::first_piece, texts_.end()};
  }

 private:
  PieceTrie trie_;
  std::vector<std::string> texts_;  // by id
  std::unordered_set<std::string> known_;
};

}  // namespace

std::vector<std::string> learn_pieces(std::string_view text, std::size_t count) {
  Learner learner;
  const auto quota = count / rounds + 1;
  while (learner.learnt() < count) {
    if (learner.round(text, std::min(quota, count - learner.learnt())) == 0) break;
  }
  return learner.pieces();
}

}  // namespace assay::teacher

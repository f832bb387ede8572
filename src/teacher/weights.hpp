#pragma once

#include "teacher/piece_trie.hpp"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace assay::teacher {

// What followed one context in the corpus: tokens in ascending order, with their counts.
struct Successors {
  std::span<const TokenId> tokens;
  std::span<const double> counts;
  std::span<const std::uint32_t> ranked;  // places in the two above, by falling count
  double total = 0;

  [[nodiscard]] double distinct() const { return static_cast<double>(tokens.size()); }
  [[nodiscard]] double count_of(TokenId token) const;  // 0 when it never followed
};

// Counts of one, two and three tokens in a row.
class Weights {
 public:
  Weights(std::span<const TokenId> corpus, TokenId vocabulary_size);

  [[nodiscard]] const std::vector<double>& unigram_counts() const { return unigrams_; }
  [[nodiscard]] double total() const { return total_; }
  [[nodiscard]] Successors after(TokenId last) const;
  [[nodiscard]] Successors after(TokenId before, TokenId last) const;

 private:
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    double total = 0;
  };
  struct Table {
    std::vector<TokenId> tokens;
    std::vector<double> counts;
    std::vector<std::uint32_t> ranked;
    void rank(Range range);
    [[nodiscard]] Successors at(Range range) const;
  };

  std::vector<double> unigrams_;
  double total_ = 0;
  Table bigrams_;
  std::vector<Range> bigram_ranges_;  // by token
  Table trigrams_;
  std::unordered_map<std::uint64_t, Range> trigram_ranges_;  // by the two tokens before
};

}  // namespace assay::teacher

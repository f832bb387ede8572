#include "teacher/weights.hpp"

#include <algorithm>
#include <numeric>

namespace assay::teacher {

double Successors::count_of(TokenId token) const {
  const auto found = std::lower_bound(tokens.begin(), tokens.end(), token);
  if (found == tokens.end() || *found != token) return 0;
  return counts[static_cast<std::size_t>(found - tokens.begin())];
}

Successors Weights::Table::at(Range range) const {
  const auto length = range.end - range.begin;
  return {std::span(tokens).subspan(range.begin, length),
          std::span(counts).subspan(range.begin, length),
          std::span(ranked).subspan(range.begin, length),
          range.total};
}

void Weights::Table::rank(Range range) {
  ranked.resize(tokens.size());
  const auto places = std::span(ranked).subspan(range.begin, range.end - range.begin);
  std::iota(places.begin(), places.end(), 0U);
  std::sort(places.begin(), places.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto count_a = counts[range.begin + a];
    const auto count_b = counts[range.begin + b];
    return count_a != count_b ? count_a > count_b : a < b;
  });
}

namespace {

// One place of the corpus: a context, and what followed.
struct Occurrence {
  std::uint64_t context;
  TokenId next;
  friend auto operator<=>(const Occurrence&, const Occurrence&) = default;
};

std::uint64_t context_of(TokenId before, TokenId last) {
  return std::uint64_t{before} << 32 | last;
}

}  // namespace

Weights::Weights(std::span<const TokenId> corpus, TokenId vocabulary_size)
    : unigrams_(vocabulary_size, 0.0),
      total_(static_cast<double>(corpus.size())),
      bigram_ranges_(vocabulary_size) {
  for (const auto token : corpus) unigrams_[token] += 1;

  // Sorted places, then one entry for each run of equal ones and one range for each context.
  const auto tabulate = [](std::vector<Occurrence> places, Table& table, auto&& range_of) {
    std::sort(places.begin(), places.end());
    for (std::size_t i = 0; i < places.size();) {
      auto& range = range_of(places[i].context);
      if (range.end == 0) range.begin = static_cast<std::uint32_t>(table.tokens.size());
      const auto begin = i;
      while (i < places.size() && places[i] == places[begin]) ++i;
      table.tokens.push_back(places[begin].next);
      table.counts.push_back(static_cast<double>(i - begin));
      range.end = static_cast<std::uint32_t>(table.tokens.size());
      range.total += table.counts.back();
    }
  };

  std::vector<Occurrence> pairs;
  std::vector<Occurrence> triples;
  for (std::size_t i = 1; i < corpus.size(); ++i) {
    pairs.push_back({corpus[i - 1], corpus[i]});
    if (i > 1) triples.push_back({context_of(corpus[i - 2], corpus[i - 1]), corpus[i]});
  }
  tabulate(std::move(pairs), bigrams_, [this](std::uint64_t context) -> Range& {
    return bigram_ranges_[static_cast<std::size_t>(context)];
  });
  tabulate(std::move(triples), trigrams_, [this](std::uint64_t context) -> Range& {
    return trigram_ranges_[context];
  });
  for (const auto& range : bigram_ranges_) bigrams_.rank(range);
  for (const auto& [context, range] : trigram_ranges_) trigrams_.rank(range);
}

Successors Weights::after(TokenId last) const {
  return bigrams_.at(bigram_ranges_[last]);
}

Successors Weights::after(TokenId before, TokenId last) const {
  const auto found = trigram_ranges_.find(context_of(before, last));
  return found == trigram_ranges_.end() ? Successors{} : trigrams_.at(found->second);
}

}  // namespace assay::teacher

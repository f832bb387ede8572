#pragma once

#include "core/rng.hpp"
#include "teacher/model.hpp"
#include "teacher/sampling.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace assay::teacher {

struct TokenLogProb {
  TokenId token;
  double nats;
};

// A model's place in one text: what it has read so far and what it expects next.
//
//   Reading reading(model);
//   for (auto token : tokens) { if (!reading.empty()) sum += reading.log_prob(token);
//   reading.advance(token); }
//
// Holds a few arrays of the vocabulary's size; restart() undoes only what was read, so one Reading
// per thread and model serves any number of texts without allocating. The model must outlive it.
class Reading {
 public:
  explicit Reading(const Model& model);

  [[nodiscard]] const Model& model() const { return *model_; }

  void restart();
  void advance(TokenId token);
  [[nodiscard]] bool empty() const { return history_.empty(); }

  // Natural log of the probability that `next` follows, at most 0. With nothing read it is the
  // unigram's. The same bits as the entry of likeliest().
  [[nodiscard]] double log_prob(TokenId next);

  // The `count` (at most Model::top_max) most probable next tokens, best first, ties to the smaller
  // id.
  void likeliest(std::size_t count, std::vector<TokenLogProb>& out);

  // Probabilities of every token, sharpened or flattened once more by a request's temperature:
  // p^(1/temperature) / Z. Cost: a power per token of the vocabulary unless both temperatures
  // are 1.
  void distribution(double temperature, std::vector<double>& out);

  // Draws the next token from distribution(temperature); the likeliest at temperature 0. Where both
  // temperatures are 1 the draw costs as much as a score and not the whole vocabulary.
  [[nodiscard]] TokenId sample(double temperature, Rng& rng);
  // Draws from what shape() (sampling.hpp) makes of the distribution.
  [[nodiscard]] TokenId sample(const Sampling& sampling, Rng& rng);

 private:
  static constexpr std::uint32_t none = 0xffffffff;
  // Recent occurrences of the last token whose successors count; bounds the work on a text of one
  // repeated token.
  static constexpr std::size_t recent_max = 16;

  struct Shares {
    double trigram;  // of one trigram count
    double bigram;   // of one bigram count
    double base;     // of one unit of base weight
  };
  struct Seen {
    TokenId token;
    double trigram;  // corpus count after the last two tokens
    double bigram;   // corpus count after the last token
    double recent;   // times it followed the last token in this text
  };

  void prepare();  // successors, shares and recent_ for the next token
  void gather();   // seen_: every token with more than its base weight; and norm_ if T is not 1
  Seen& seen_entry(TokenId token);
  [[nodiscard]] Seen look_up(TokenId token) const;  // without gathering
  void rank_gathered(std::size_t count, std::vector<TokenLogProb>& out);
  void rank_bounded(std::size_t count, std::vector<TokenLogProb>& out);
  void raise_leaders(TokenId token);
  [[nodiscard]] bool is_seen(TokenId token) const;
  [[nodiscard]] TokenId sample_plainly(Rng& rng);
  [[nodiscard]] TokenId sample_base(Rng& rng) const;
  [[nodiscard]] double raw(const Seen& seen) const;
  [[nodiscard]] double nats_of(double raw_probability) const;

  const Model* model_;
  std::vector<TokenId> history_;
  std::vector<double> base_;    // u + rho * k
  std::vector<double> powers_;  // base_^(1/T), kept only when T is not 1
  double power_sum_ = 0;
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint32_t> last_;   // latest position of a token that has a successor
  std::vector<std::uint32_t> chain_;  // by position: the one before it with the same token
  std::vector<TokenId> leaders_;      // the top_max tokens by base weight, best first

  bool prepared_ = false;
  bool gathered_ = false;
  Successors trigrams_;
  Successors bigrams_;
  std::vector<TokenId> recent_;
  Shares shares_{};
  std::vector<Seen> seen_;
  std::vector<std::uint32_t>
      seen_at_;          // by token: index into seen_, valid if seen_[index].token is it
  double log_norm_ = 0;  // log Z
  std::vector<double> probabilities_;  // of sample()
  std::vector<TokenLogProb> top_;
};

}  // namespace assay::teacher

#pragma once

#include "assay/result.hpp"
#include "teacher/corpus.hpp"
#include "teacher/vocabulary.hpp"
#include "teacher/weights.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

// What makes one teacher differ from another.
struct ModelSettings {
  std::string name = "teacher-base";
  Corpus corpus = Corpus::almanac;
  double temperature = 1;  // in (0, 10]; the whole distribution is p^(1/temperature) / Z, exactly
  double influence = 1;  // in [0, 100]; how strongly what stands in the context draws what follows
  double floor = 0.02;   // in (0, 0.5]; the share of the uniform distribution in the unigram
  friend bool operator==(const ModelSettings&, const ModelSettings&) = default;
};

// "teacher-hot:temperature=1.5,influence=2,corpus=harbour,floor=0.05": a name, then what differs
// from teacher-base. Errors: Errc::usage with the key or value that is wrong and what would be
// right.
[[nodiscard]] Result<ModelSettings> parse_model_settings(std::string_view text);

// A language model: an interpolated trigram whose lowest level is a unigram that learns from the
// context.
//
//   base(w)    = (u(w) + rho * k(w)) / (1 + rho * n)                      k: times w stands in the
//   context of n tokens P2(w|b)    = (c(b,w) + eta * k(b,w) + d(b) * base(w)) / (c(b) + eta * K(b)
//   + d(b)) P3(w|a,b)  = (c(a,b,w) + d(a,b) * P2(w|b)) / (c(a,b) + d(a,b)) P(w)       = P3(w)^(1/T)
//   / Z
//
// u is the corpus's unigram with a uniform floor, c are corpus counts, d the distinct successors
// (Witten-Bell), K and k(b,.) count what followed b lately in this context. Each level sums to one
// by construction, so the whole does. rho and eta are the model's influence. That the cache sits in
// the lowest level is what makes temperature cheap: the sum of base(w)^(1/T) changes in one term
// per token read, and only successors seen after the context need a power.
//
// Immutable and safe to share between threads. What reads along a text is a Reading.
class Model {
 public:
  Model(ModelSettings settings,
        std::shared_ptr<const Vocabulary> vocabulary,  // shared by all models of a language
        std::shared_ptr<const Weights> weights);       // shared by the models of one corpus

  [[nodiscard]] const ModelSettings& settings() const { return settings_; }
  [[nodiscard]] const std::string& name() const { return settings_.name; }
  [[nodiscard]] const Vocabulary& vocabulary() const { return *vocabulary_; }
  [[nodiscard]] const Weights& weights() const { return *weights_; }

  // "fp_" and 16 hex digits: equal exactly when every probability is. The name is no part of it.
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }

  [[nodiscard]] double rho() const { return rho_; }
  [[nodiscard]] double eta() const { return eta_; }
  [[nodiscard]] double exponent() const { return exponent_; }  // 1 / temperature

  // u(w) and u(w)^(1/T) by token, and the sum of the latter.
  [[nodiscard]] const std::vector<double>& unigram() const { return unigram_; }
  [[nodiscard]] const std::vector<double>& unigram_powers() const { return powers_; }
  [[nodiscard]] double power_sum() const { return power_sum_; }
  // u(0) + ... + u(w) by token w.
  [[nodiscard]] const std::vector<double>& unigram_sums() const { return sums_; }
  // The most likely tokens by u, best first: at least top_max.
  static constexpr std::size_t top_max = 20;
  [[nodiscard]] const std::vector<TokenId>& likeliest() const { return likeliest_; }

 private:
  ModelSettings settings_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  std::shared_ptr<const Weights> weights_;
  double rho_;
  double eta_;
  double exponent_;
  std::vector<double> unigram_;
  std::vector<double> powers_;
  std::vector<double> sums_;
  double power_sum_ = 0;
  std::vector<TokenId> likeliest_;
  std::string fingerprint_;
};

}  // namespace assay::teacher

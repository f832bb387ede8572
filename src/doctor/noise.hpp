#pragma once

// How much the endpoint's own answers to one and the same text differ: the floor that every later
// comparison is made against.

#include "doctor/sight.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace assay::doctor {

// Differences up to here are the last digits of printing, not noise. Nats per token.
inline constexpr double exact_tolerance_nats = 1e-6;

struct Noise {
  std::size_t repeats = 0;        // answers that could be compared
  double token_sd = 0;            // nats, of one token's value about its mean
  double variance_per_token = 0;  // nats^2: variance of a text's sum divided by its tokens
  double degrees_of_freedom = 0;  // of variance_per_token
  double worst_token = 0;         // nats, between two answers
  // d log(variance of the sum) / d log(tokens): 1 when tokens err independently, 2 when together.
  // Absent when texts or noise are too few to tell.
  std::optional<double> growth;

  // Answers repeat to the last digit that counts.
  [[nodiscard]] bool is_zero() const { return worst_token <= exact_tolerance_nats; }
  // What a response of this many tokens may show of it: a log-weight that wobbles by more moves a
  // weight by more than a twentieth on every asking.
  static constexpr double response_tokens = 100;
  static constexpr double log_weight_sd_max = 0.05;
  [[nodiscard]] bool is_small() const {
    return is_zero() || log_weight_sd(response_tokens) <= log_weight_sd_max;
  }

  // Standard deviation of a log importance weight (a difference of two scores) on a response of so
  // many tokens, from noise alone.
  [[nodiscard]] double log_weight_sd(double tokens) const;
};

// Each element holds the repeated sights of one text; those with failures, or cut into other tokens
// than the first, are left out.
[[nodiscard]] Noise noise_of(const std::vector<std::vector<const Sight*>>& repeats);

}  // namespace assay::doctor

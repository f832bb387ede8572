#pragma once

#include "core/exchange.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace assay::pace {

// As providers count them: all, input, output.
using TokenCounts = std::array<std::int64_t, 3>;

// How many tokens a request will be counted as, for the limiter only: money always reserves the
// bound. Starts at the bound (bytes), then follows the tokens per byte that usage shows.
class TokenEstimate {
 public:
  [[nodiscard]] TokenCounts of(const TokenBound& bound) const;
  void learn(const TokenBound& bound, const Usage& usage);

 private:
  double bound_sum_ = 0;  // recent requests weigh more
  double used_sum_ = 0;
};

// What the request was billed, when the usage can be believed: at least one input token.
[[nodiscard]] std::optional<std::int64_t> tokens_used(const Usage& usage, const TokenBound& bound);
[[nodiscard]] std::optional<TokenCounts> token_counts(const Usage& usage, const TokenBound& bound);

}  // namespace assay::pace

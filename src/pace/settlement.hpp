#pragma once

#include "pace/account.hpp"
#include "pace/amount.hpp"
#include "pace/work.hpp"

#include <cstdint>
#include <optional>

namespace assay::pace {

// What one request of `bound` can cost at most.
[[nodiscard]] WorstCase worst_case(const std::optional<Price>& price, const TokenBound& bound);

// How the books are to be closed over one request.
struct Settlement {
  enum class Kind : std::uint8_t {
    known,    // billed, and the answer says how much
    unknown,  // perhaps billed: the worst case stays
    refused,  // sent, certainly not billed
    never,    // not sent
  };
  Kind kind = Kind::unknown;
  Amount cost;               // of kind known
  bool above_bound = false;  // more was billed than can be: the bound is wrong
};

// Usage is believed only from an answer that was complete and proved: an absent, zero, negative or
// absurd figure, or one beside an answer that cannot be trusted, leaves the whole reservation as
// unknown. Absurd is above 10^12 tokens; above the bound it is taken as it is.
[[nodiscard]] Settlement settlement_of(const Reply& reply,
                                       const std::optional<Price>& price,
                                       const TokenBound& bound);

// The part of an amount that `weight` of `weights` bears, rounded down. Requests are not divided.
[[nodiscard]] Amount share_of(const Amount& whole, std::int64_t weight, std::int64_t weights);

}  // namespace assay::pace

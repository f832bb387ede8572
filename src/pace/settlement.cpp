#include "pace/settlement.hpp"

#include "assay/ensure.hpp"
#include "pace/token_estimate.hpp"

#include <algorithm>

namespace assay::pace {
namespace {

// A cost beyond this fits no book: a million dollars for one request.
constexpr std::int64_t price_max = 1'000'000'000'000;  // nano-dollars per million tokens
constexpr std::int64_t cost_max_nanos = 1'000'000'000'000'000;

NanoUsd bounded_cost(const Price& price, TokenCount input, TokenCount output) {
  ensure(
      price.input_nanousd_per_million <= price_max && price.output_nanousd_per_million <= price_max,
      "a price is at most 1,000 dollars per million tokens");
  return std::min(cost_of(price, input, output), NanoUsd{cost_max_nanos});
}

bool is_trusted(const Reply& reply) {
  if (std::holds_alternative<Unfinished>(reply.result)) return true;
  const auto* outcomes = std::get_if<std::vector<Outcome>>(&reply.result);
  return outcomes != nullptr && std::ranges::none_of(*outcomes, [](const Outcome& outcome) {
           return outcome.failure() && remedy_of(outcome.failure()->cls) == Remedy::distrust;
         });
}

}  // namespace

WorstCase worst_case(const std::optional<Price>& price, const TokenBound& bound) {
  WorstCase worst;
  if (price) worst.usd = bounded_cost(*price, bound.input, bound.output);
  worst.tokens = bound.input + bound.output;
  return worst;
}

Settlement settlement_of(const Reply& reply,
                         const std::optional<Price>& price,
                         const TokenBound& bound) {
  Settlement settlement;
  if (std::holds_alternative<Failure>(reply.result)) {
    if (reply.possibly_billed) return settlement;
    settlement.kind =
        reply.observation.status == 0 ? Settlement::Kind::never : Settlement::Kind::refused;
    return settlement;
  }
  // A server that tokenizes for us bills nothing.
  const bool is_free = bound.input.value + bound.output.value == 0;
  if (is_free && std::holds_alternative<Unfinished>(reply.result)) {
    settlement.kind = Settlement::Kind::known;
    settlement.cost = {NanoUsd{}, {0}, 1};
    return settlement;
  }
  const auto used = tokens_used(reply.usage, bound);
  if (!used || !is_trusted(reply)) return settlement;
  const TokenCount input = *reply.usage.input;
  const TokenCount output{*used - input.value};
  settlement.kind = Settlement::Kind::known;
  settlement.above_bound = input > bound.input || output > bound.output;
  settlement.cost = {price ? bounded_cost(*price, input, output) : NanoUsd{}, {*used}, 1};
  return settlement;
}

Amount share_of(const Amount& whole, std::int64_t weight, std::int64_t weights) {
  __extension__ using Wide = __int128;
  const auto part = [&](std::int64_t amount) {
    return static_cast<std::int64_t>(static_cast<Wide>(amount) * weight / weights);
  };
  return {NanoUsd{part(whole.usd.nanos())}, {part(whole.tokens.value)}, 0};
}

}  // namespace assay::pace

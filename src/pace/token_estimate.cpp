#include "pace/token_estimate.hpp"

#include <algorithm>
#include <cmath>

namespace assay::pace {
namespace {

constexpr double memory = 0.99;                         // about the last hundred requests
constexpr std::int64_t tokens_max = 1'000'000'000'000;  // beyond is no count of tokens

}  // namespace

TokenCounts TokenEstimate::of(const TokenBound& bound) const {
  const double ratio = bound_sum_ > 0 ? std::min(used_sum_ / bound_sum_, 1.0) : 1.0;
  const double scaled = std::ceil(static_cast<double>(bound.input.value) * ratio);
  const auto input = std::max<std::int64_t>(static_cast<std::int64_t>(scaled), 1);
  return {input + bound.output.value, input, bound.output.value};
}

void TokenEstimate::learn(const TokenBound& bound, const Usage& usage) {
  if (!usage.input || usage.input->value <= 0 || usage.input->value > bound.input.value) return;
  bound_sum_ = memory * bound_sum_ + static_cast<double>(bound.input.value);
  used_sum_ = memory * used_sum_ + static_cast<double>(usage.input->value);
}

std::optional<std::int64_t> tokens_used(const Usage& usage, const TokenBound& bound) {
  if (!usage.input || usage.input->value <= 0 || usage.input->value > tokens_max) {
    return std::nullopt;
  }
  const bool output_known =
      usage.output && usage.output->value >= 0 && usage.output->value <= tokens_max;
  return usage.input->value + (output_known ? usage.output->value : bound.output.value);
}

std::optional<TokenCounts> token_counts(const Usage& usage, const TokenBound& bound) {
  const auto all = tokens_used(usage, bound);
  if (!all) return std::nullopt;
  return TokenCounts{*all, usage.input->value, *all - usage.input->value};
}

}  // namespace assay::pace

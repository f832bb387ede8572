#include "wire/echo.hpp"
#include <assay/ensure.hpp>

#include <algorithm>
#include <numeric>

namespace assay::wire {
namespace {

Flags flags_of(std::span<const double> nats, LogProb sum) {
  const double mean = sum.nats() / static_cast<double>(nats.size());
  return {
      .above_zero = std::ranges::any_of(nats, [](double one) { return one > 0.0; }),
      .all_zero = std::ranges::all_of(nats, [](double one) { return one == 0.0; }),
      .implausibly_high = nats.size() >= plausible_tokens_min && mean > plausible_mean_nats,
  };
}

}  // namespace

std::expected<Score, Failure> certify(std::span<const double> response_nats,
                                      Certificate::Draft draft) {
  const auto sum = LogProb::sum(response_nats);
  if (!sum) return std::unexpected(make_failure(FailureClass::invalid_logprob, sum.error()));
  draft.set(flags_of(response_nats, *sum));
  for (const Check check : {Check::echo_equal,
                            Check::entry_count,
                            Check::first_entry_only,
                            Check::values_valid,
                            Check::boundary}) {
    draft.set(check, Verdict::proved);
  }
  const auto certificate = draft.issue();
  ensure(certificate.has_value(), "a score is certified only after every check");
  return Score{*sum, TokenCount{static_cast<std::int64_t>(response_nats.size())}, *certificate};
}

}  // namespace assay::wire

#include "pace/retry_budget.hpp"

namespace assay::pace {
namespace {

constexpr Duration span = std::chrono::minutes(1);
constexpr std::size_t bins = 60;

}  // namespace

RetryBudget::RetryBudget(const Limits& limits, Instant now)
    : share_(limits.retry_share),
      successes_(span, bins, now),
      retries_(span, bins, now),
      floor_(limits.retry_floor_per_second,
             std::chrono::seconds(1),
             {limits.retry_floor_per_second, {}},
             limits.retry_floor_per_second,
             now) {}

bool RetryBudget::share_allows(Instant now) {
  const auto retries = static_cast<double>(retries_.sum(now) + 1);
  return retries <= share_ * static_cast<double>(successes_.sum(now));
}

Instant RetryBudget::ready_at(Instant now) {
  return share_allows(now) ? now : floor_.ready_at(1, now);
}

// What the share allows does not use up the floor.
RetryBudget::From RetryBudget::spend(Instant now) {
  const From from = share_allows(now) ? From::share : From::floor;
  if (from == From::floor) floor_.take(1, now);
  retries_.add(1, now, now);
  return from;
}

// A retry of several items that the budget cannot pay is tried with one of them at once: were the
// floor's not given back, that one would never get any.
void RetryBudget::give_back(From from, Instant now) {
  if (from == From::floor) floor_.give(1, now);
  retries_.add(-1, now, now);
}

}  // namespace assay::pace

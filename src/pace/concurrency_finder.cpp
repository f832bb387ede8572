#include "pace/concurrency_finder.hpp"

#include <algorithm>

namespace assay::pace {
namespace {

constexpr std::int64_t steps_per_growth = 2;  // one more per two successes: half more per round
// Trying one more costs a refusal where the ceiling is real: 1 in 2,000 answers, then fewer.
constexpr std::int64_t hold_first = 2'000;
constexpr int above_max = 8;
constexpr std::int64_t hold_max = 32'000;

}  // namespace

ConcurrencyFinder::ConcurrencyFinder(std::optional<std::int64_t> configured,
                                     std::int64_t start,
                                     const Limits& limits)
    : max_(std::min(configured.value_or(limits.concurrency_max), limits.concurrency_max)),
      configured_(configured.has_value()),
      limit_(std::clamp<std::int64_t>(configured ? max_ : start, 1, max_)),
      hold_(hold_first) {}

Source ConcurrencyFinder::source() const {
  if (ceiling_) return Source::found;
  return configured_ ? Source::config : Source::none;
}

void ConcurrencyFinder::expect(std::int64_t concurrency) {
  if (ceiling_) return;
  limit_ = std::clamp(concurrency, limit_, max_);
}

void ConcurrencyFinder::on_success(std::int64_t in_flight) {
  ++since_cut_;
  if (ceiling_ && in_flight > *ceiling_ + 1 && ++above_ >= above_max) {
    // Many went well beyond what was refused: the refusals were not about concurrency.
    ceiling_ = in_flight;
    above_ = 0;
  }
  if (in_flight * 10 < limit_ * 8) return;  // the limit was not in use: nothing was shown
  ++since_step_;
  if (!ceiling_) {
    if (since_step_ < steps_per_growth) return;
  } else if (limit_ < *ceiling_) {
    if (since_step_ < limit_) return;
  } else if (limit_ == *ceiling_) {
    if (since_cut_ < hold_) return;
  } else {
    // One more than the ceiling went well for a whole round: the ceiling is higher.
    if (since_step_ < 2 * limit_) return;
    ceiling_ = limit_;
  }
  limit_ = std::min(limit_ + 1, max_);
  since_step_ = 0;
}

void ConcurrencyFinder::cut(std::int64_t limit) {
  limit_ = std::max<std::int64_t>(limit, 1);
  above_ = 0;
  since_step_ = 0;
  since_cut_ = 0;
}

bool ConcurrencyFinder::on_refused(std::int64_t in_flight,
                                   std::uint64_t seq,
                                   std::uint64_t granted) {
  if (in_flight <= 1) return false;  // alone, and refused all the same: no matter of concurrency
  const std::int64_t below = in_flight - 1;
  if (seq <= cut_at_) {
    // Sent before the last cut: it can only show that the ceiling is lower still.
    if (ceiling_ && below < *ceiling_) ceiling_ = below;
    if (ceiling_ && limit_ > *ceiling_) cut(*ceiling_);
    return true;
  }
  const bool tried = ceiling_ && limit_ == *ceiling_ + 1 && in_flight > *ceiling_;
  cuts_in_row_ = since_cut_ >= limit_ ? 1 : cuts_in_row_ + 1;
  cut_at_ = granted;
  if (tried) {
    hold_ = std::min(2 * hold_, hold_max);
    cuts_in_row_ = 0;
    cut(*ceiling_);
    return true;
  }
  ceiling_ = below;
  if (cuts_in_row_ <= 1) cut(below);
  if (cuts_in_row_ == 2) cut(below * 3 / 4);
  if (cuts_in_row_ > 2) cut(below / 2);
  return false;
}

}  // namespace assay::pace

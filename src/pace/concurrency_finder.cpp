#include "pace/concurrency_finder.hpp"

#include <algorithm>

namespace assay::pace {
namespace {

constexpr std::int64_t steps_per_growth = 2;  // one more per two successes: half more per round
// Trying one more costs a refusal where the ceiling is real: after two rounds, then ever fewer.
constexpr std::int64_t hold_first = 2;
constexpr std::int64_t hold_answers_max = 32'000;
constexpr int above_max = 8;

// Trials. One in four refused is no chance yet: a limit that is exceeded by one alone refuses as
// much, since who is refused comes back sooner than who is answered.
constexpr double dense = 0.25;
constexpr double sparse = 0.1;
constexpr std::int64_t trial_answers_max = 2'000;
// So many refusals expected by chance, and not two seen: then it was a limit (an error of 2 %).
constexpr double refusals_expected = 6;

}  // namespace

// Few refusals decide where their share is far from the line between chance and limit, more near
// it.
ConcurrencyFinder::Trial::Verdict ConcurrencyFinder::Trial::verdict(std::uint64_t granted) const {
  if (refusals < 2) return Verdict::open;
  if (!lowered) return Verdict::limit;
  if (share(granted) <= sparse) return Verdict::chance;
  if (sent(granted) <= 3) return Verdict::limit;
  if (refusals < 4) return Verdict::open;
  return share(granted) < dense ? Verdict::chance : Verdict::limit;
}

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

void ConcurrencyFinder::on_success(std::int64_t in_flight, std::uint64_t seq) {
  if (seq > cut_at_) {
    if (trial_ && ++trial_->answers >= trial_->answers_max) trial_.reset();
  } else if (disproves_ceiling(in_flight, seq) && ++above_ >= above_max) {
    forget_ceiling(trial_ ? trial_->limit_before : limit_);
  }
  if (in_flight * 10 >= limit_ * 8) climb();  // else the limit was not in use: nothing was shown
}

// Sent after what was refused, with well more in flight, and taken all the same.
bool ConcurrencyFinder::disproves_ceiling(std::int64_t in_flight, std::uint64_t seq) const {
  const bool on_purpose = trial_ && trial_->lowered;
  return ceiling_ && !on_purpose && seq > refused_at_ && in_flight > *ceiling_ + 1;
}

void ConcurrencyFinder::climb() {
  ++since_cut_;
  ++since_step_;
  if (!ceiling_) {
    if (since_step_ >= steps_per_growth) raise(1);
    return;
  }
  if (trial_ && trial_->lowered) return;  // the limit stands still while it is tried out
  if (limit_ > *ceiling_) {
    if (since_step_ < limit_) return;
    // More than the ceiling went well for a whole round: it is higher.
    ceiling_ = limit_;
    if (failed_at_ && *failed_at_ <= limit_) failed_at_.reset();
    if (limit_ == max_) return forget_ceiling(max_);
    step_ *= 2;
  } else {
    const bool at_the_last = failed_at_ && *failed_at_ <= limit_ + 1;
    const std::int64_t rounds = at_the_last ? hold_ : 1;
    if (since_step_ < std::min(rounds * limit_, hold_answers_max)) return;
  }
  const std::int64_t room = failed_at_ ? (*failed_at_ - limit_) / 2 : step_;
  raise(std::clamp<std::int64_t>(room, 1, step_));
}

void ConcurrencyFinder::raise(std::int64_t by) {
  limit_ = std::min(limit_ + by, max_);
  since_step_ = 0;
}

void ConcurrencyFinder::forget_ceiling(std::int64_t limit) {
  limit_ = std::clamp<std::int64_t>(limit, limit_, max_);
  ceiling_.reset();
  failed_at_.reset();
  since_step_ = 0;
  step_ = 1;
  above_ = 0;
}

// From now on at most `limit`, which is believed to be taken.
void ConcurrencyFinder::cut(std::int64_t limit, std::uint64_t granted) {
  limit_ = std::clamp<std::int64_t>(limit, 1, max_);
  ceiling_ = limit_;
  cut_at_ = granted;
  step_ = 1;
  since_step_ = 0;
  since_cut_ = 0;
  above_ = 0;
  chance_.restart(granted);
}

ConcurrencyFinder::Refusal ConcurrencyFinder::on_refused(std::int64_t in_flight,
                                                         std::uint64_t seq,
                                                         std::uint64_t granted) {
  if (in_flight <= 1) {  // alone, and refused all the same: no matter of concurrency
    return chance_.known() && chance_.explains_refusal(seq, granted, limit_) ? Refusal::chance
                                                                             : Refusal::overload;
  }
  if (seq <= cut_at_) return on_late(in_flight, seq);
  if (chance_.known() && chance_.explains_refusal(seq, granted, limit_)) return Refusal::chance;
  refused_at_ = seq;
  const bool tried = ceiling_ && limit_ > *ceiling_ && in_flight > *ceiling_;
  failed_at_ = std::min(failed_at_.value_or(in_flight), in_flight);
  if (tried) {
    if (*failed_at_ <= *ceiling_ + 1) hold_ = std::min(2 * hold_, hold_answers_max);
    cut(*ceiling_, granted);
    return Refusal::tried;
  }
  return chance_.known() ? on_more_than_chance(granted) : on_trial(in_flight, granted);
}

// Sent before the last cut: it can only show that the ceiling is lower still.
ConcurrencyFinder::Refusal ConcurrencyFinder::on_late(std::int64_t in_flight, std::uint64_t seq) {
  if (chance_.known()) return Refusal::chance;
  if (!ceiling_ || in_flight > *ceiling_ || (trial_ && trial_->lowered)) return Refusal::tried;
  refused_at_ = std::max(refused_at_, seq);
  failed_at_ = in_flight;
  ceiling_ = std::max<std::int64_t>(in_flight - 1, 1);
  limit_ = std::min(limit_, *ceiling_);
  since_step_ = 0;
  return Refusal::tried;
}

ConcurrencyFinder::Refusal ConcurrencyFinder::on_more_than_chance(std::uint64_t granted) {
  const bool again = since_cut_ < limit_;
  cut(again ? limit_ / 2 : limit_ * 3 / 4, granted);
  return Refusal::overload;
}

ConcurrencyFinder::Refusal ConcurrencyFinder::on_trial(std::int64_t in_flight,
                                                       std::uint64_t granted) {
  if (!trial_) {
    trial_ = Trial{.limit_before = limit_, .answers_max = trial_answers_max, .after = granted};
    cut(in_flight - 1, granted);
    return Refusal::limit;
  }
  ++trial_->refusals;
  switch (trial_->verdict(granted)) {
    case Trial::Verdict::open:
      if (!trial_->lowered) cut(std::min(in_flight - 1, limit_), granted);
      return Refusal::limit;
    case Trial::Verdict::limit:
      return go_lower(granted);
    case Trial::Verdict::chance:
      chance_.learn(trial_->refusals, trial_->sent(granted), granted);
      forget_ceiling(trial_->limit_before);
      trial_.reset();
      return Refusal::chance;
  }
  return Refusal::limit;
}

// To where a ceiling that refused this share would refuse nothing.
ConcurrencyFinder::Refusal ConcurrencyFinder::go_lower(std::uint64_t granted) {
  const double share = trial_->share(granted);
  const bool lightly = share < dense / 2;
  const auto answers = static_cast<std::int64_t>(refusals_expected / share);
  trial_->answers_max = std::clamp<std::int64_t>(answers, 40, 2 * trial_answers_max);
  trial_->answers = 0;
  trial_->refusals = 0;
  trial_->after = granted;
  trial_->lowered = true;
  cut(lightly ? limit_ * 3 / 4 : limit_ / 2, granted);
  return lightly ? Refusal::limit : Refusal::overload;
}

}  // namespace assay::pace

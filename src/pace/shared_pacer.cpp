#include "pace/shared_pacer.hpp"

namespace assay::pace {

SharedPacer::SharedPacer(const EndpointTerms& terms, const Limits& limits, Instant now, Rng rng)
    : pacer_(terms, limits, now, rng) {}

SharedPacer::Member SharedPacer::join(Wake wake) {
  const std::scoped_lock lock(mutex_);
  places_.push_back({std::move(wake)});
  return places_.size() - 1;
}

void SharedPacer::leave(Member member) {
  const std::scoped_lock lock(mutex_);
  places_[member] = {};
}

std::expected<Permit, Denial> SharedPacer::acquire(Member member,
                                                   const TokenBound& bound,
                                                   Urgency urgency,
                                                   Instant now) {
  const std::scoped_lock lock(mutex_);
  auto permit = pacer_.acquire(bound, urgency, now);
  places_[member].waiting = !permit && !permit.error().not_before;
  return permit;
}

// All that wait are woken: how many may go now is known only once they ask.
void SharedPacer::wake_others(Member member) {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    Place& place = places_[(next_ + i) % places_.size()];
    if (!place.waiting || &place == &places_[member]) continue;
    place.waiting = false;
    if (place.wake) place.wake();
  }
  next_ = (next_ + 1) % places_.size();
}

Pacer::Judgement SharedPacer::on_reply(Member member,
                                       const Permit& permit,
                                       const Pacer::Feedback& feedback,
                                       Instant now) {
  const std::scoped_lock lock(mutex_);
  const Pacer::Judgement judgement = pacer_.on_reply(permit, feedback, now);
  wake_others(member);
  return judgement;
}

void SharedPacer::cancel(Member member, const Permit& permit, Instant now) {
  const std::scoped_lock lock(mutex_);
  pacer_.cancel(permit, now);
  wake_others(member);
}

void SharedPacer::restore(std::span<const Pacer::PastSend> sends, Instant now) {
  const std::scoped_lock lock(mutex_);
  pacer_.restore(sends, now);
}

void SharedPacer::shut(Shut why) {
  const std::scoped_lock lock(mutex_);
  pacer_.shut(std::move(why));
  for (Place& place : places_) {
    place.waiting = false;
    if (place.wake) place.wake();
  }
}

std::optional<Shut> SharedPacer::shut() const {
  const std::scoped_lock lock(mutex_);
  return pacer_.shut();
}

Binding SharedPacer::binding(Instant now) const {
  const std::scoped_lock lock(mutex_);
  return pacer_.binding(now);
}

std::uint64_t SharedPacer::outages() const {
  const std::scoped_lock lock(mutex_);
  return pacer_.outages();
}

std::int64_t SharedPacer::in_flight() const {
  const std::scoped_lock lock(mutex_);
  return pacer_.in_flight();
}

std::int64_t SharedPacer::concurrency() const {
  const std::scoped_lock lock(mutex_);
  return pacer_.concurrency();
}

Pacer::InForce SharedPacer::in_force() const {
  const std::scoped_lock lock(mutex_);
  return pacer_.in_force();
}

CrossCheck::Verdict SharedPacer::standing(PolicyId policy) const {
  const std::scoped_lock lock(mutex_);
  const auto check = checks_.find(policy);
  return check == checks_.end() ? CrossCheck::Verdict::open : check->second.verdict();
}

std::optional<SharedPacer::Begun> SharedPacer::begin_comparison(PolicyId policy) {
  const std::scoped_lock lock(mutex_);
  CrossCheck& check = checks_[policy];
  if (!check.begin()) return std::nullopt;
  return Begun{check.repeats()};
}

std::optional<CrossCheck> SharedPacer::compare(PolicyId policy, const CrossCheck::Pair& pair) {
  const std::scoped_lock lock(mutex_);
  CrossCheck& check = checks_[policy];
  const bool open = check.verdict() == CrossCheck::Verdict::open;
  check.add(pair);
  if (!open || check.verdict() == CrossCheck::Verdict::open) return std::nullopt;
  return check;
}

std::optional<CrossCheck> SharedPacer::comparison_failed(PolicyId policy, const Failure& failure) {
  const std::scoped_lock lock(mutex_);
  CrossCheck& check = checks_[policy];
  const bool open = check.verdict() == CrossCheck::Verdict::open;
  check.on_failed(failure);
  if (!open || check.verdict() == CrossCheck::Verdict::open) return std::nullopt;
  return check;
}

void SharedPacer::give_comparison_up(PolicyId policy) {
  const std::scoped_lock lock(mutex_);
  checks_[policy].give_up();
}

void SharedPacer::check_again(PolicyId policy) {
  const std::scoped_lock lock(mutex_);
  const auto check = checks_.find(policy);
  if (check != checks_.end()) check->second.check_again();
}

std::int64_t SharedPacer::room(Instant now) {
  const std::scoped_lock lock(mutex_);
  return pacer_.room(now);
}

}  // namespace assay::pace

#include "pace/shared_ledger.hpp"

#include <utility>

namespace assay::pace {

SharedLedger::SharedLedger(const Caps& run, std::vector<Caps> policies, const Limits& limits)
    : ledger_(run, std::move(policies), limits) {}

SharedLedger::Member SharedLedger::join(Wake wake) {
  const std::scoped_lock lock(mutex_);
  places_.push_back({std::move(wake)});
  return places_.size() - 1;
}

void SharedLedger::leave(Member member) {
  const std::scoped_lock lock(mutex_);
  places_[member] = {};
}

Ledger::Answer SharedLedger::reserve(Member member, PolicyId policy, const WorstCase& worst) {
  const std::scoped_lock lock(mutex_);
  const Ledger::Answer answer = ledger_.reserve(policy, worst);
  places_[member].waiting = answer.verdict == Ledger::Verdict::wait_for_settle ||
                            answer.verdict == Ledger::Verdict::wait_for_lease;
  return answer;
}

bool SharedLedger::waits(Member member) const {
  const std::scoped_lock lock(mutex_);
  return places_[member].waiting;
}

void SharedLedger::wake_waiting() {
  for (Place& place : places_) {
    if (!place.waiting) continue;
    place.waiting = false;
    if (place.wake) place.wake();
  }
}

void SharedLedger::settle(PolicyId policy, const Amount& reserved, const Amount& cost) {
  const std::scoped_lock lock(mutex_);
  ledger_.settle(policy, reserved, cost);
  wake_waiting();
}

void SharedLedger::keep_unknown(PolicyId policy, const Amount& reserved) {
  const std::scoped_lock lock(mutex_);
  ledger_.keep_unknown(policy, reserved);
  wake_waiting();
}

void SharedLedger::release(PolicyId policy, const Amount& reserved, Ledger::Sent sent) {
  const std::scoped_lock lock(mutex_);
  ledger_.release(policy, reserved, sent);
  wake_waiting();
}

void SharedLedger::add_unknown(PolicyId policy, const Amount& amount) {
  const std::scoped_lock lock(mutex_);
  ledger_.add_unknown(policy, amount);
}

std::optional<LeaseMark> SharedLedger::poll_lease() {
  const std::scoped_lock lock(mutex_);
  return ledger_.poll_lease();
}

void SharedLedger::on_lease_durable(const LeaseMark& mark) {
  const std::scoped_lock lock(mutex_);
  ledger_.on_lease_durable(mark);
  wake_waiting();
}

void SharedLedger::restore(std::span<const Ledger::Past> past) {
  const std::scoped_lock lock(mutex_);
  ledger_.restore(past);
}

std::vector<LeaseMark> SharedLedger::closing_marks() const {
  const std::scoped_lock lock(mutex_);
  return ledger_.closing_marks();
}

Account SharedLedger::run() const {
  const std::scoped_lock lock(mutex_);
  return ledger_.run();
}

Account SharedLedger::policy(PolicyId id) const {
  const std::scoped_lock lock(mutex_);
  return ledger_.policy(id);
}

bool SharedLedger::nothing_reserved() const {
  const std::scoped_lock lock(mutex_);
  return ledger_.nothing_reserved();
}

}  // namespace assay::pace

#include "pace/next_step.hpp"

#include "pace/backoff.hpp"

namespace assay::pace {
namespace {

// Failures that one item of several may have brought upon the whole request.
bool may_be_of_one(FailureClass cls) {
  return cls == FailureClass::bad_request || cls == FailureClass::context_too_long ||
         cls == FailureClass::content_filtered || cls == FailureClass::unsupported;
}

bool is_exhausted(const Item& item, FailureClass cls, const Limits& limits) {
  const int made = remedy_of(cls) == Remedy::distrust ? item.distrusted : item.attempts;
  return made >= attempts_max(limits, cls) || item.attempts >= limits.attempts_max;
}

}  // namespace

NextStep step_after(Item& item, const Attempt& attempt, const Limits& limits, Rng& rng) {
  using Kind = NextStep::Kind;
  item.last_counts = false;
  const Remedy remedy = remedy_of(attempt.cls);
  if (remedy == Remedy::stop_run) return {Kind::shut_run};
  if (remedy == Remedy::stop_policy) return {Kind::shut};
  // In an outage the breaker bounds what is sent, and no item fails by it.
  if (attempt.outage) return {Kind::at_end};
  const bool sends_left = static_cast<int>(item.sends) < limits.sends_max;
  // A connection that broke under a hundred items is hardly one's doing: who is told of first bears
  // it. Those it meets again and again wait; one of them may be at fault, and the delay parts them.
  if (attempt.same_break && sends_left) {
    const int beyond = static_cast<int>(item.sends) - limits.broken_sends_max;
    if (beyond <= 0) return {Kind::at_end};
    return {Kind::later, retry_delay(limits, beyond, attempt.cls, {}, rng)};
  }
  if (remedy == Remedy::not_sent) return {sends_left ? Kind::at_once : Kind::final};
  if (remedy == Remedy::final_item) {
    return {attempt.items > 1 && may_be_of_one(attempt.cls) ? Kind::alone : Kind::final};
  }
  ++item.attempts;
  item.last_counts = true;
  if (remedy == Remedy::distrust) ++item.distrusted;
  const bool over = is_exhausted(item, attempt.cls, limits) || !sends_left;
  if (over || attempt.retry_forbidden) return {Kind::final};
  return {Kind::later, retry_delay(limits, item.attempts, attempt.cls, attempt.hint, rng)};
}

}  // namespace assay::pace

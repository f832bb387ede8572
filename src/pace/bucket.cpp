#include "pace/bucket.hpp"

#include "assay/ensure.hpp"

#include <algorithm>

namespace assay::pace {

Bucket::Bucket(
    std::int64_t limit, Duration period, Capacity capacity, std::int64_t level, Instant now)
    : limit_(limit), period_(period.count()), capacity_(capacity), level_(0), at_(now) {
  ensure(limit > 0 && period_ > 0, "a bucket has a limit and a period");
  level_ = credit_of(level);
}

Bucket::Credit Bucket::credit_of(std::int64_t units) const {
  return static_cast<Credit>(units) * period_;
}

Bucket::Credit Bucket::ceiling() const {
  const Credit flow = static_cast<Credit>(limit_) * capacity_.span.count();
  return credit_of(std::max(capacity_.units, largest_)) + flow;
}

void Bucket::move_to(Instant now) {
  if (now <= at_) return;
  const Credit inflow = static_cast<Credit>(limit_) * (now - at_).count();
  level_ = std::min(level_ + inflow, std::max(level_, ceiling()));
  at_ = now;
}

Instant Bucket::ready_at(std::int64_t cost, Instant now) {
  largest_ = std::max(largest_, cost);
  move_to(now);
  const Credit missing = credit_of(cost) - level_;
  if (missing <= 0) return now;
  const Credit wait = (missing + limit_ - 1) / limit_;
  constexpr Credit wait_max = 1'000'000'000LL * 86'400 * 366;
  return at_ + Duration(static_cast<std::int64_t>(std::min(wait, wait_max)));
}

void Bucket::take(std::int64_t cost, Instant now) {
  move_to(now);
  level_ -= credit_of(cost);
}

void Bucket::give(std::int64_t units, Instant now) {
  move_to(now);
  level_ = std::min(level_ + credit_of(units), std::max(level_, ceiling()));
}

void Bucket::set_level(std::int64_t units, Duration margin, Instant now) {
  move_to(now);
  level_ = credit_of(units) - static_cast<Credit>(limit_) * margin.count();
}

void Bucket::set_limit(std::int64_t limit, Instant now) {
  ensure(limit > 0, "a limit is positive");
  move_to(now);
  limit_ = limit;
}

void Bucket::set_capacity(Capacity capacity) {
  capacity_ = capacity;
}

void Bucket::flow_since(Instant since, Instant now) {
  move_to(now);
  if (since >= at_) return;
  level_ = std::min(level_ + static_cast<Credit>(limit_) * (at_ - since).count(),
                    std::max(level_, ceiling()));
}

std::int64_t Bucket::level(Instant now) const {
  Bucket later = *this;
  later.move_to(now);
  const Credit whole = later.level_ / later.period_;
  const bool below = later.level_ < 0 && later.level_ % later.period_ != 0;
  return static_cast<std::int64_t>(whole) - (below ? 1 : 0);
}

}  // namespace assay::pace

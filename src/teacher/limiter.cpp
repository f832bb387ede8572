#include "teacher/limiter.hpp"

#include "assay/ensure.hpp"

#include <algorithm>
#include <cmath>

namespace assay::teacher {

namespace {

constexpr double minute_ns = 60e9;

double nanos(Duration duration) {
  return static_cast<double>(duration.count());
}

Duration rounded_up(double nanos_wanted) {
  return Duration{static_cast<std::int64_t>(std::ceil(nanos_wanted))};
}

double capacity_of(std::int64_t per_minute, const Limits& limits) {
  const auto span = limits.kind == LimiterKind::bucket ? limits.burst : limits.window;
  return std::max(1.0, std::floor(static_cast<double>(per_minute) * nanos(span) / minute_ns));
}

}  // namespace

std::optional<LimiterKind> limiter_kind_of(std::string_view name) {
  if (name == "bucket") return LimiterKind::bucket;
  if (name == "window") return LimiterKind::window;
  if (name == "log") return LimiterKind::log;
  return std::nullopt;
}

Limits halved(const Limits& limits) {
  auto half = limits;
  for (auto* limit : {&half.requests_per_minute, &half.tokens_per_minute, &half.concurrency}) {
    if (*limit) **limit = std::max<std::int64_t>(1, **limit / 2);
  }
  return half;
}

Allowance::Allowance(std::int64_t per_minute, const Limits& limits, Instant now)
    : per_minute_(per_minute),
      kind_(limits.kind),
      window_(limits.window),
      capacity_(capacity_of(per_minute, limits)),
      rate_(static_cast<double>(per_minute) / minute_ns),
      level_(capacity_),
      now_(now),
      window_start_(now) {
  ensure(per_minute > 0, "a limit per minute is above zero");
  ensure(limits.window > Duration{}, "a limiter's window is above zero");
}

void Allowance::move_to(Instant now) {
  const auto passed = now - now_;
  if (passed <= Duration{}) return;
  now_ = now;
  switch (kind_) {
    case LimiterKind::bucket:
      level_ = std::min(capacity_, level_ + rate_ * nanos(passed));
      return;
    case LimiterKind::window:
      if (now - window_start_ < window_) return;
      window_start_ += (now - window_start_) / window_ * window_;
      level_ = capacity_;
      return;
    case LimiterKind::log:
      for (; !log_.empty() && now - log_.front().at >= window_; log_.pop_front()) {
        level_ += static_cast<double>(log_.front().cost);
      }
      return;
  }
}

std::optional<Duration> Allowance::wait_for(std::int64_t cost, Instant now) {
  move_to(now);
  const auto wanted = static_cast<double>(cost);
  if (wanted > capacity_) return std::nullopt;
  // A bucket's level is a sum of fractions: what is short by less than a billionth is there.
  const auto missing = wanted - level_;
  if (missing <= 1e-9) return Duration{};
  if (kind_ == LimiterKind::bucket) return rounded_up(missing / rate_);
  if (kind_ == LimiterKind::window) return window_start_ + window_ - now_;
  double freed = 0;
  for (const auto& taken : log_) {
    freed += static_cast<double>(taken.cost);
    if (freed >= missing) return taken.at + window_ - now_;
  }
  return window_;
}

void Allowance::take(std::int64_t cost, Instant now) {
  move_to(now);
  level_ -= static_cast<double>(cost);
  if (kind_ == LimiterKind::log && cost > 0) log_.push_back({now_, cost});
}

std::int64_t Allowance::remaining(Instant now) {
  move_to(now);
  return static_cast<std::int64_t>(std::floor(std::max(0.0, level_) + 1e-9));
}

Duration Allowance::until_full(Instant now) {
  move_to(now);
  switch (kind_) {
    case LimiterKind::bucket:
      return rounded_up((capacity_ - level_) / rate_);
    case LimiterKind::window:
      return level_ == capacity_ ? Duration{} : window_start_ + window_ - now_;
    case LimiterKind::log:
      return log_.empty() ? Duration{} : log_.back().at + window_ - now_;
  }
  return {};
}

Limiter::Limiter(const Limits& limits, Instant now) : limits_(limits) {
  if (limits.requests_per_minute) requests_.emplace(*limits.requests_per_minute, limits, now);
  if (limits.tokens_per_minute) tokens_.emplace(*limits.tokens_per_minute, limits, now);
}

Admission Limiter::admit(std::int64_t tokens, Instant now) {
  using Verdict = Admission::Verdict;
  if (limits_.concurrency && in_flight_ >= *limits_.concurrency)
    return {Verdict::over_concurrency, {}};
  const auto request_wait = requests_ ? requests_->wait_for(1, now) : Duration{};
  const auto token_wait = tokens_ ? tokens_->wait_for(tokens, now) : Duration{};
  if (!token_wait) return {Verdict::too_large, {}};
  if (*request_wait > Duration{} && *request_wait >= *token_wait)
    return {Verdict::over_requests, *request_wait};
  if (*token_wait > Duration{}) return {Verdict::over_tokens, *token_wait};
  if (requests_) requests_->take(1, now);
  if (tokens_) tokens_->take(tokens, now);
  ++in_flight_;
  return {};
}

void Limiter::release() {
  ensure(in_flight_ > 0, "a request is released once");
  --in_flight_;
}

std::optional<AxisState> Limiter::requests(Instant now) {
  if (!requests_) return std::nullopt;
  return AxisState{requests_->per_minute(), requests_->remaining(now), requests_->until_full(now)};
}

std::optional<AxisState> Limiter::tokens(Instant now) {
  if (!tokens_) return std::nullopt;
  return AxisState{tokens_->per_minute(), tokens_->remaining(now), tokens_->until_full(now)};
}

void Limiter::change(const Limits& limits, Instant now) {
  const auto in_flight = in_flight_;
  *this = Limiter(limits, now);
  in_flight_ = in_flight;
}

}  // namespace assay::teacher

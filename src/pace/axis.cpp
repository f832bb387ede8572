#include "pace/axis.hpp"

#include <algorithm>

namespace assay::pace {
namespace {

constexpr std::size_t log_bins = 1500;  // 40 ms of a minute: 0.07 % of the limit at most is idle
constexpr Duration distrust_first = std::chrono::minutes(1);
constexpr Duration distrust_max = std::chrono::hours(1);
constexpr Duration jitter_max = std::chrono::seconds(1);

}  // namespace

Axis::Axis(std::optional<std::int64_t> limit,
           std::optional<std::int64_t> burst,
           Duration period,
           Pacing pacing,
           const Limits& limits,
           Instant now)
    : pacing_(pacing),
      period_(period),
      jitter_(limits.arrival_jitter),
      configured_limit_(limit),
      burst_(burst.value_or(0)),
      source_(limit ? Source::config : Source::none),
      limit_(std::max<std::int64_t>(limit.value_or(1), 1)),
      bucket_(limit_, period, {1, jitter_}, std::max<std::int64_t>(burst_, 1), now),
      log_(period + std::min(limits.window_slack, period / 20), log_bins, now),
      refill_(period),
      trust_at_(now),
      distrust_(distrust_first) {
  bucket_.set_capacity(capacity());
}

// As little as needed not to lose what flows in while a wake-up is late, unless more is known.
Bucket::Capacity Axis::capacity() const {
  const std::int64_t seen = std::max(burst_, remaining_max_);
  const Bucket::Credit in_jitter = static_cast<Bucket::Credit>(limit_) * jitter_.count();
  if (static_cast<Bucket::Credit>(seen - 1) * period_.count() > in_jitter) return {seen, {}};
  return {1, jitter_};
}

// A burst is used up but for this much, since requests overtake each other on their way. A small
// bucket cannot spare it: half of what it was seen to hold must do.
Duration Axis::margin() const {
  const Bucket::Credit span = static_cast<Bucket::Credit>(remaining_max_) * period_.count();
  const auto half =
      static_cast<std::int64_t>(std::min<Bucket::Credit>(span / limit_ / 2, jitter_.count()));
  return Duration(half);
}

Instant Axis::ready_at(std::int64_t cost, Instant now) {
  if (!known()) return now;
  Instant at = now;
  if (pacing_ == Pacing::even) at = std::max(at, bucket_.ready_at(cost, now));
  if (!is_bucket()) at = std::max(at, log_.ready_at(cost, limit_, now));
  return at;
}

AxisMark Axis::take(std::int64_t cost, Instant now) {
  bucket_.take(cost, now);
  log_.add(cost, now, now);
  taken_ += cost;
  in_flight_ += cost;
  return {taken_, log_.expired(now)};
}

void Axis::give_back(std::int64_t cost, Instant taken_at, Instant now) {
  bucket_.give(cost, now);
  log_.add(-cost, taken_at, now);
  taken_ -= cost;
  in_flight_ -= cost;
}

void Axis::settle(
    std::int64_t taken, std::int64_t actual, Read read, Instant taken_at, Instant now) {
  log_.add(actual - taken, taken_at, now);
  settled_ += actual - taken;
  if (read == Read::yes) return;
  if (actual > taken) bucket_.take(actual - taken, now);
  if (actual < taken) bucket_.give(taken - actual, now);
}

void Axis::learn_limit(std::int64_t limit, Instant now) {
  const std::int64_t known_limit = configured_limit_ ? std::min(*configured_limit_, limit) : limit;
  if (known() && known_limit == limit_) return;
  if (!known()) bucket_.set_level(1, Duration{}, now);
  source_ = configured_limit_ && *configured_limit_ <= limit ? Source::config : Source::headers;
  limit_ = known_limit;
  bucket_.set_limit(limit_, now);
  refill_.restart_span();
}

Axis::Read Axis::on_reading(const LimitReading& reading,
                            const AxisMark& mark,
                            Instant sent_at,
                            Instant now) {
  const bool newest = mark.taken >= read_taken_;
  if (newest && reading.limit && *reading.limit > 0) learn_limit(*reading.limit, now);
  if (!known() || !reading.remaining || *reading.remaining < 0) return Read::no;
  const bool believed = now >= trust_at_;
  if (believed) watch_refill(*reading.remaining, mark, sent_at);
  if (!newest) return Read::yes;  // a later request's answer was here already
  read_taken_ = mark.taken;
  if (believed) bucket_.set_capacity(capacity());
  Bucket read = bucket_;
  read.set_level(*reading.remaining - (taken_ - mark.taken), margin(), now);
  read.flow_since(sent_at, now);
  const bool lower = read.level(now) < bucket_.level(now);
  if (believed || lower) bucket_ = read;
  return Read::yes;
}

void Axis::watch_refill(std::int64_t remaining, const AxisMark& mark, Instant sent_at) {
  remaining_max_ = std::max(remaining_max_, remaining);
  refill_.add({.sent = static_cast<double>(remaining + mark.taken + settled_),
               .answered = static_cast<double>(remaining + taken_ + settled_ - in_flight_),
               .expired = static_cast<double>(mark.expired),
               .sent_at = sent_at,
               .full = remaining + 1 >= remaining_max_},
              limit_);
}

void Axis::on_refused(Refusal refusal, Instant now) {
  if (!known()) return;
  if (refusal == Refusal::stated) {
    jitter_ = std::min(2 * jitter_, jitter_max);
    return;
  }
  remaining_max_ = 0;
  refill_.restart();
  bucket_.set_capacity(capacity());
  if (bucket_.level(now) > 0) bucket_.set_level(0, Duration{}, now);
  if (now < trust_at_) return;
  trust_at_ = now + distrust_;
  distrust_ = std::min(2 * distrust_, distrust_max);
}

void Axis::restore(std::int64_t cost, Instant at, Instant now) {
  log_.add(cost, at, now);
  bucket_.set_level(0, Duration{}, now);
}

std::int64_t Axis::room(Instant now) {
  if (!known()) return INT64_MAX;
  std::int64_t units = INT64_MAX;
  if (pacing_ == Pacing::even) units = std::min(units, bucket_.level(now));
  if (!is_bucket()) units = std::min(units, limit_ - log_.sum(now));
  return std::max<std::int64_t>(units, 0);
}

}  // namespace assay::pace

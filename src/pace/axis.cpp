#include "pace/axis.hpp"

#include <algorithm>

namespace assay::pace {
namespace {

constexpr std::size_t log_bins = 1500;  // 40 ms of a minute: 0.07 % of the limit at most is idle
constexpr int even_votes_min = 3;
constexpr Duration distrust_first = std::chrono::minutes(1);
constexpr Duration distrust_max = std::chrono::hours(1);
constexpr Duration jitter_max = std::chrono::seconds(1);
constexpr Duration weigh_span_min = std::chrono::milliseconds(100);

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
      log_(period + limits.window_slack, log_bins, now),
      is_bucket_(burst.has_value()),
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
  if (!is_bucket_) at = std::max(at, log_.ready_at(cost, limit_, now));
  return at;
}

AxisMark Axis::take(std::int64_t cost, Instant now) {
  bucket_.take(cost, now);
  log_.add(cost, now, now);
  taken_ += cost;
  return {taken_, log_.expired(now)};
}

void Axis::give_back(std::int64_t cost, Instant taken_at, Instant now) {
  bucket_.give(cost, now);
  log_.add(-cost, taken_at, now);
  taken_ -= cost;
}

void Axis::settle(
    std::int64_t taken, std::int64_t actual, Read read, Instant taken_at, Instant now) {
  log_.add(actual - taken, taken_at, now);
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
  base_.reset();
}

Axis::Read Axis::on_reading(const LimitReading& reading,
                            const AxisMark& mark,
                            Instant sent_at,
                            Instant now) {
  if (mark.taken < read_taken_) return Read::yes;  // a later request's answer was here already
  if (reading.limit && *reading.limit > 0) learn_limit(*reading.limit, now);
  if (!known() || !reading.remaining || *reading.remaining < 0) return Read::no;
  read_taken_ = mark.taken;
  const std::int64_t remaining = *reading.remaining;
  const bool believed = now >= trust_at_;
  if (believed) {
    remaining_max_ = std::max(remaining_max_, remaining);
    weigh(remaining, mark, sent_at);
    bucket_.set_capacity(capacity());
  }
  Bucket read = bucket_;
  read.set_level(remaining - (taken_ - mark.taken), margin(), now);
  read.flow_since(sent_at, now);
  const bool lower = read.level(now) < bucket_.level(now);
  if (believed || lower) bucket_ = read;
  return Read::yes;
}

// Compares what came back to the provider's book since an earlier reading with what an even refill
// would give. Only telling when nothing left our own log meanwhile: an amount that left it comes
// back with a sliding log too.
void Axis::weigh(std::int64_t remaining, const AxisMark& mark, Instant sent_at) {
  if (!base_) {
    base_ = Base{remaining, mark, sent_at};
    return;
  }
  const Duration span = sent_at - base_->sent_at;
  const auto expected = static_cast<double>(limit_) * static_cast<double>(span.count()) /
                        static_cast<double>(period_.count());
  if (span < weigh_span_min || expected < 3) return;
  const auto refilled =
      static_cast<double>(remaining - base_->remaining + mark.taken - base_->mark.taken);
  const auto expired = static_cast<double>(mark.expired - base_->mark.expired);
  const bool full = std::max(remaining, base_->remaining) + 1 >= remaining_max_;
  base_ = Base{remaining, mark, sent_at};
  if (refilled < 0.25 * expected || refilled > 2 * expected + 3) {
    even_votes_ = 0;
  } else if (!full && refilled >= 0.5 * expected && expired < 0.25 * expected) {
    if (++even_votes_ >= even_votes_min) is_bucket_ = true;
  }
}

void Axis::on_refused(Refusal refusal, Instant now) {
  if (!known()) return;
  if (refusal == Refusal::stated) {
    jitter_ = std::min(2 * jitter_, jitter_max);
    return;
  }
  remaining_max_ = 0;
  base_.reset();
  even_votes_ = 0;
  is_bucket_ = burst_ > 0;
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
  if (!is_bucket_) units = std::min(units, limit_ - log_.sum(now));
  return std::max<std::int64_t>(units, 0);
}

}  // namespace assay::pace

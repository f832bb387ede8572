#include "pace/refill.hpp"

#include <algorithm>

namespace assay::pace {
namespace {

constexpr Duration span_min = std::chrono::milliseconds(1'500);
constexpr double units_min = 8;  // a span in which fewer flow in shows nothing
constexpr int votes_min = 4;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

void Refill::restart_span() {
  former_.reset();
  present_.reset();
  votes_ = 0;
}

void Refill::add(const Reading& reading, std::int64_t limit) {
  const double per_second = static_cast<double>(limit) / seconds(period_);
  if (!present_) present_ = Span{.begun = reading.sent_at};
  const double age = seconds(reading.sent_at - present_->begun);
  if (age >= seconds(span_min) && age * per_second >= units_min) {
    if (former_) compare(*former_, *present_, per_second);
    former_ = present_;
    present_ = Span{.begun = reading.sent_at};
  }
  Span& span = *present_;
  ++span.count;
  span.sent += reading.sent;
  span.answered += reading.answered;
  span.expired += reading.expired;
  span.seconds += seconds(reading.sent_at - span.begun);
  span.full = span.full || reading.full;
}

// What left our own log comes back with a sliding log too: only telling while little does.
void Refill::compare(const Span& former, const Span& later, double per_second) {
  const double apart =
      seconds(later.begun - former.begun) + later.mean(later.seconds) - former.mean(former.seconds);
  const double even = apart * per_second;
  const double sent = later.mean(later.sent) - former.mean(former.sent);
  const double answered = later.mean(later.answered) - former.mean(former.answered);
  const double expired = later.mean(later.expired) - former.mean(former.expired);
  if (std::min(sent, answered) < 0.5 * even || std::max(sent, answered) > 1.5 * even + 3) {
    votes_ = 0;
  } else if (!former.full && !later.full && expired < 0.25 * even) {
    if (++votes_ >= votes_min) is_even_ = true;
  }
}

}  // namespace assay::pace

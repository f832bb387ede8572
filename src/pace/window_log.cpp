#include "pace/window_log.hpp"

#include "assay/ensure.hpp"

#include <algorithm>

namespace assay::pace {

// One bin more than the window needs: the oldest has only partly left.
WindowLog::WindowLog(Duration window, std::size_t bins, Instant now)
    : bin_ns_(window.count() / static_cast<std::int64_t>(bins)), bins_(bins + 1), newest_(0) {
  ensure(bin_ns_ > 0, "a window has bins of at least a nanosecond");
  newest_ = bin_of(now);
  newest_begin_ = Instant(Duration(newest_ * bin_ns_));
}

// Nearly always the newest bin: every request asks a dozen times, and a division costs more than
// the rest.
std::int64_t WindowLog::bin_of(Instant at) const {
  const std::int64_t into = (at - newest_begin_).count();
  if (into >= 0 && into < bin_ns_) return newest_;
  const std::int64_t ns = at.time_since_epoch().count();
  return ns >= 0 ? ns / bin_ns_ : -((-ns + bin_ns_ - 1) / bin_ns_);
}

std::int64_t& WindowLog::bin(std::int64_t n) {
  const auto back = static_cast<std::size_t>(newest_ - n);
  return bins_[back <= newest_at_ ? newest_at_ - back : newest_at_ + bins_.size() - back];
}

void WindowLog::move_to(Instant now) {
  if (now < newest_begin_ + Duration(bin_ns_)) return;
  const std::int64_t target = bin_of(now);
  const std::int64_t steps = std::min(target - newest_, static_cast<std::int64_t>(bins_.size()));
  for (std::int64_t step = 0; step < steps; ++step) {
    newest_at_ = newest_at_ + 1 == bins_.size() ? 0 : newest_at_ + 1;
    std::int64_t& oldest = bins_[newest_at_];
    sum_ -= oldest;
    expired_ += oldest;
    oldest = 0;
  }
  newest_ = target;
  newest_begin_ = Instant(Duration(newest_ * bin_ns_));
}

void WindowLog::add(std::int64_t amount, Instant at, Instant now) {
  move_to(now);
  const std::int64_t n = std::min(bin_of(at), newest_);
  if (n <= newest_ - static_cast<std::int64_t>(bins_.size())) return;
  bin(n) += amount;
  sum_ += amount;
}

std::int64_t WindowLog::sum(Instant now) {
  move_to(now);
  return sum_;
}

std::int64_t WindowLog::expired(Instant now) {
  move_to(now);
  return expired_;
}

Instant WindowLog::ready_at(std::int64_t cost, std::int64_t limit, Instant now) {
  move_to(now);
  const std::int64_t others_max = std::max<std::int64_t>(limit - cost, 0);
  if (sum_ <= others_max) return now;
  const auto size = static_cast<std::int64_t>(bins_.size());
  std::int64_t left = sum_;
  std::int64_t n = newest_ - size + 1;
  for (; n <= newest_; ++n) {
    left -= bin(n);
    if (left <= others_max) break;
  }
  // Bin n leaves when the bin numbered n + size begins.
  return Instant(Duration((std::min(n, newest_) + size) * bin_ns_));
}

}  // namespace assay::pace

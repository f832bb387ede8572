#include "pace/bound_time.hpp"

#include <algorithm>

namespace assay::pace {

// Limits that move (a concurrency being sought) count as one, under their latest value.
void BoundTime::count(const Binding& by, Duration time) {
  const auto place = std::ranges::find_if(held_, [&](const Held& held) {
    return held.by.kind == by.kind && held.by.source == by.source;
  });
  if (place == held_.end()) {
    held_.push_back({by, time});
    return;
  }
  place->by = by;
  place->time += time;
}

void BoundTime::on_binding(const Binding& binding, Instant now) {
  if (now > since_) {
    count(present_, now - since_);
    since_ = now;
  }
  present_ = binding;
}

void BoundTime::add(const BoundTime& other) {
  for (const Held& held : other.held_) count(held.by, held.time);
}

std::vector<BoundTime::Share> BoundTime::shares() const {
  Duration all{};
  for (const Held& held : held_) all += held.time;
  std::vector<Share> shares;
  for (const Held& held : held_) {
    shares.push_back({to_text(held.by),
                      static_cast<double>(held.time.count()) / static_cast<double>(all.count())});
  }
  std::ranges::stable_sort(shares, std::ranges::greater{}, &Share::share);
  return shares;
}

}  // namespace assay::pace

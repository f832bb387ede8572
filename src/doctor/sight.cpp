#include "doctor/sight.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace assay::doctor {

std::size_t Sight::tokens() const {
  return std::accumulate(
      segments.begin(), segments.end(), std::size_t{0}, [](std::size_t sum, const Segment& one) {
        return sum + one.nats.size();
      });
}

std::optional<double> Sight::nats_from(std::size_t begin) const {
  const auto first = std::ranges::find(segments, begin, &Segment::begin);
  if (first == segments.end()) return std::nullopt;
  double sum = 0;
  for (auto segment = first; segment != segments.end(); ++segment) {
    sum = std::accumulate(segment->nats.begin(), segment->nats.end(), sum);
  }
  return sum;
}

Difference difference(const Sight& a, const Sight& b) {
  Difference found;
  const std::size_t both = std::min(a.segments.size(), b.segments.size());
  std::size_t i = 0;
  for (; i < both; ++i) {
    const Segment& left = a.segments[i];
    const Segment& right = b.segments[i];
    if (left.begin != right.begin || left.end != right.end || left.nats.size() != right.nats.size())
      break;
    for (std::size_t token = 0; token < left.nats.size(); ++token) {
      const double apart = right.nats[token] - left.nats[token];
      ++found.tokens;
      found.sum += apart;
      if (std::abs(apart) <= found.worst) continue;
      found.worst = std::abs(apart);
      found.worst_at = left.begin;
    }
  }
  found.same_cuts = i == a.segments.size() && i == b.segments.size();
  return found;
}

}  // namespace assay::doctor

#include "report/run_tally.hpp"

#include <algorithm>
#include <cmath>

namespace assay::report {

void LatencyTally::add(Duration latency) {
  const double micros = std::max(1.0, std::chrono::duration<double, std::micro>(latency).count());
  const double place = std::log2(micros) * static_cast<double>(bins_per_octave);
  const auto bin = std::min(bin_count - 1, static_cast<std::size_t>(place));
  ++bins_[bin];
  ++count_;
}

std::optional<Duration> LatencyTally::quantile(double share) const {
  if (count_ == 0) return std::nullopt;
  const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count_ - 1));
  std::uint64_t below = 0;
  std::size_t bin = 0;
  while (below + bins_[bin] <= rank) below += bins_[bin++];
  const double middle =
      std::exp2((static_cast<double>(bin) + 0.5) / static_cast<double>(bins_per_octave));
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::micro>(middle));
}

NanoUsd RunTally::cost() const {
  NanoUsd total;
  for (const PolicyTally& tally : policies) total += tally.cost;
  return total;
}

}  // namespace assay::report

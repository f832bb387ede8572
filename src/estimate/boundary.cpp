#include "estimate/boundary.hpp"

#include <algorithm>

namespace assay::estimate {

namespace {

struct Tally {
  std::size_t below = 0;
  std::size_t above = 0;
  std::size_t saturated = 0;
};

BoundaryStatus status_of(const Boundary& card) {
  if (*card.below + *card.above >= boundary_outside_max) return BoundaryStatus::refuse_level;
  const bool far_apart = card.gap && *card.gap >= boundary_gap_max;
  if (*card.saturation >= boundary_saturation_max || far_apart) return BoundaryStatus::caution;
  return BoundaryStatus::ok;
}

}  // namespace

std::string_view name_of(BoundaryStatus status) {
  switch (status) {
    case BoundaryStatus::ok:
      return "OK";
    case BoundaryStatus::caution:
      return "CAUTION";
    case BoundaryStatus::refuse_level:
      return "REFUSE-LEVEL";
  }
  return "";
}

Boundary boundary_of(const Calibration& calibration,
                     const ResponseTable& draws,
                     std::optional<double> dr_ips_gap) {
  Boundary card{.gap = dr_ips_gap};
  const double low = calibration.at(calibration.score_low);
  const double high = calibration.at(calibration.score_high);
  const double edge = 0.05 * (high - low);
  Tally tally;
  for (std::size_t row = 0; row < draws.size(); ++row) {
    const auto score = draws.judge.at(row);
    if (!score) continue;
    ++card.n;
    if (*score < calibration.score_low) ++tally.below;
    if (*score > calibration.score_high) ++tally.above;
    const double reward = calibration.at(*score);
    if (reward <= low + edge || reward >= high - edge) ++tally.saturated;
  }
  if (card.n == 0) {
    card.below = card.above = card.saturation = card.identified_width =
        stats::undefined("no judged draws");
    return card;
  }
  const auto n = static_cast<double>(card.n);
  card.below = static_cast<double>(tally.below) / n;
  card.above = static_cast<double>(tally.above) / n;
  card.saturation = static_cast<double>(tally.saturated) / n;
  card.identified_width = *card.below * low + *card.above * (1 - high);
  card.status = status_of(card);
  return card;
}

}  // namespace assay::estimate

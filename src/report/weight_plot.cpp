#include "report/html.hpp"
#include "report/pictures.hpp"
#include "report/svg.hpp"
#include "report/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace assay::report {

namespace {

using namespace estimate;

constexpr double height = 100;

std::string histogram(const std::string& policy, const WeightHistogram& weights) {
  const Axis axis{WeightHistogram::decade_low, WeightHistogram::decade_high};
  const std::size_t most = std::max<std::size_t>(1, std::ranges::max(weights.counts));
  Svg svg("tall", height, fmt::format("distribution of the weights of {}", policy));
  for (const double tick : ticks_of(axis)) {
    svg.line("grid", axis.at(tick), 0, axis.at(tick), height);
  }
  const double wide = 1000.0 / static_cast<double>(WeightHistogram::bins);
  for (std::size_t bin = 0; bin < WeightHistogram::bins; ++bin) {
    if (weights.counts[bin] == 0) continue;
    // At least a hair: one weight among thousands is what such a picture is looked at for.
    const double high = std::max(
        1.5, height * static_cast<double>(weights.counts[bin]) / static_cast<double>(most));
    svg.rect("fill", static_cast<double>(bin) * wide + 1, height - high, wide - 2, high);
  }
  svg.line("limit", axis.at(0), 0, axis.at(0), height);
  svg.line("grid", 0, height, 1000, height);
  return std::move(svg).text();
}

std::string powers_row() {
  std::string out = "<div class=\"ticks\" aria-hidden=\"true\">";
  const Axis axis{WeightHistogram::decade_low, WeightHistogram::decade_high};
  for (const double tick : ticks_of(axis)) {
    fmt::format_to(std::back_inserter(out),
                   "<span style=\"left:{:.2f}%\">10<sup>{:g}</sup></span>",
                   axis.at(tick) / 10,
                   tick);
  }
  return out + "</div>";
}

std::string beyond_text(const WeightHistogram& weights) {
  if (weights.below + weights.above == 0) return "";
  return fmt::format(" <small>{} below and {} above the axis stand in its end bars</small>",
                     count_text(weights.below),
                     count_text(weights.above));
}

}  // namespace

std::string weight_plot(const Findings& findings) {
  std::string out;
  for (const PolicyView& view : findings.figures.policies) {
    const CaseView& best = view.available_case ? *view.available_case : view.complete_case;
    const WeightSummary& weights = best.no_clip.weights;
    if (weights.n == 0) continue;
    fmt::format_to(std::back_inserter(out),
                   "<h3>{}</h3><p class=\"faint\">largest weight holds {} of all, "
                   "mean weight {}{}</p>{}{}\n",
                   escaped(view.policy),
                   percent_text(*weights.max_weight_share),
                   figure_text(weights.mean_weight),
                   beyond_text(best.histogram),
                   histogram(view.policy, best.histogram),
                   powers_row());
  }
  return out;
}

std::string ess_ladder(const Findings& findings) {
  const GateLimits limits;
  std::string out;
  for (const PolicyView& view : findings.figures.policies) {
    const CaseView& best = view.available_case ? *view.available_case : view.complete_case;
    const WeightSummary& weights = best.no_clip.weights;
    if (weights.n == 0) continue;
    const double share = *weights.ess_fraction;
    Svg svg("track", 30, fmt::format("effective share of rows: {}", percent_text(share)));
    svg.rect("rest", 0, 10, 1000, 10);
    svg.rect(
        share < limits.ess_fraction_min ? "low" : "fill", 0, 10, std::max(2.0, 1000 * share), 10);
    svg.line("limit", 1000 * limits.ess_fraction_min, 2, 1000 * limits.ess_fraction_min, 28);
    fmt::format_to(
        std::back_inserter(out),
        "<div class=\"row bar\"><div>{}</div>{}<div class=\"num\"><b>{:.1f}</b> of {} rows, {}"
        "</div></div>\n",
        escaped(view.policy),
        std::move(svg).text(),
        *weights.ess,
        count_text(weights.n),
        percent_text(share));
  }
  return out;
}

}  // namespace assay::report

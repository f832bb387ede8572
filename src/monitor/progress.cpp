#include "monitor/progress.hpp"

#include "core/grouped.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::monitor {
namespace {

constexpr Duration window = std::chrono::seconds{10};

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

// A single figure would promise more than ten seconds of history can know: give a range.
std::string eta(const Progress& progress, std::optional<double> per_second) {
  const std::uint64_t left =
      progress.items_total - std::min(progress.items_done, progress.items_total);
  if (left == 0) return "ETA 0 s";
  if (!per_second || *per_second <= 0.0) return "ETA -";
  const double seconds = static_cast<double>(left) / *per_second;
  const auto text = [](double s) {
    return to_text(std::chrono::seconds{std::llround(std::max(1.0, s))});
  };
  if (seconds < 20.0) return fmt::format("ETA {}", text(seconds));
  const double minutes = seconds / 60.0;
  if (minutes < 2.0) return fmt::format("ETA {:.0f}-{:.0f} s", seconds * 0.9, seconds * 1.15);
  return fmt::format("ETA {:.0f}-{:.0f} min", std::floor(minutes * 0.9), std::ceil(minutes * 1.15));
}

std::string money(const Progress& progress) {
  if (!progress.priced) return {};
  std::string text = "   " + to_text(progress.spent);
  if (progress.cap) text += " of " + to_text(*progress.cap);
  return text;
}

std::string headline(const Progress& progress, std::optional<double> per_second) {
  const std::uint64_t done = progress.items_done + progress.items_before;
  const std::uint64_t total = progress.items_total + progress.items_before;
  return fmt::format("{}  {}/{} items  x {} {}   {:.1f}%   {} items/s   {}{}",
                     progress.stage,
                     grouped(done),
                     grouped(total),
                     progress.policies,
                     progress.policies == 1 ? "policy" : "policies",
                     100.0 * share(done, total),
                     per_second ? fmt::format("{:.0f}", *per_second) : "-",
                     eta(progress, per_second),
                     money(progress));
}

std::string detail(const Progress& progress) {
  const std::string bound =
      progress.bound_by.empty() ? "" : fmt::format("bound by {}   ", progress.bound_by);
  return fmt::format("{}in flight {}/{}   retried {}   missing {}",
                     bound,
                     grouped(progress.in_flight),
                     grouped(progress.in_flight_max),
                     grouped(progress.retried),
                     grouped(progress.missing));
}

}  // namespace

void RateMeter::observe(std::uint64_t done, Instant now) {
  marks_.push_back(Mark{.at = now, .done = done});
  const auto fresh = std::find_if(
      marks_.begin(), marks_.end(), [now](const Mark& mark) { return now - mark.at <= window; });
  // One mark older than the window stays, so that the window is always spanned.
  if (fresh - marks_.begin() > 1) marks_.erase(marks_.begin(), fresh - 1);
}

std::optional<double> RateMeter::per_second() const {
  if (marks_.size() < 2 || marks_.back().at <= marks_.front().at) return std::nullopt;
  const double seconds =
      std::chrono::duration<double>(marks_.back().at - marks_.front().at).count();
  return static_cast<double>(marks_.back().done - marks_.front().done) / seconds;
}

std::vector<std::string> progress_lines(const Progress& progress,
                                        std::optional<double> per_second,
                                        std::size_t columns) {
  std::vector<std::string> lines{headline(progress, per_second), "  " + detail(progress)};
  for (std::string& line : lines) {
    if (line.size() > columns) line.resize(columns);
  }
  return lines;
}

std::string progress_line(const Progress& progress, std::optional<double> per_second) {
  return headline(progress, per_second) + "   " + detail(progress);
}

}  // namespace assay::monitor

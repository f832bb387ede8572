#include "report/words.hpp"

#include "core/grouped.hpp"
#include "core/printable.hpp"

#include <fmt/format.h>

#include <cmath>

namespace assay::report {

namespace {

std::string_view method_words(std::string_view method) {
  if (method == "snips") return "SNIPS";
  if (method == "ips") return "IPS";
  if (method == "ips-stabilised") return "IPS stabilised";
  if (method == "label-dr") return "label-residual DR";
  if (method == "calibrated-ips") return "SIMCal IPS";
  if (method == "dr-cpo") return "DR-CPO";
  if (method == "tmle") return "TMLE";
  if (method == "mrdr") return "MRDR";
  if (method == "stacked-dr") return "stacked DR";
  return method;
}

std::string_view reward_words(std::string_view reward) {
  if (reward == "judge") return "judge score";
  if (reward == "calibrated") return "calibrated reward";
  if (reward == "label") return "labels";
  return reward;
}

}  // namespace

std::string title_of(const estimate::Line& line) {
  return fmt::format("{}, {}", method_words(line.method), reward_words(line.reward));
}

std::string number_text(double value) {
  const double size = std::abs(value);
  if (size != 0 && (size < 0.001 || size >= 10'000)) return fmt::format("{:.2e}", value);
  return fmt::format("{:.4f}", value);
}

std::string figure_text(const estimate::Figure& figure) {
  return figure ? number_text(*figure) : "-";
}

std::string interval_text(const std::optional<stats::Interval>& interval) {
  if (!interval) return "-";
  return fmt::format("[{}, {}]", number_text(interval->low), number_text(interval->high));
}

std::string percent_text(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

std::string count_text(std::size_t count) {
  return grouped(count);
}

std::string name_text(std::string_view name, std::size_t width_max) {
  return printable(name, width_max);
}

}  // namespace assay::report

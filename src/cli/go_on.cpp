#include "cli/go_on.hpp"

#include "config/key_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::cli {
namespace {

constexpr std::string_view plain_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=@%+,";

std::int64_t cap_of(const config::Budget& budget, pace::BudgetAxis axis) {
  switch (axis) {
    case pace::BudgetAxis::usd:
      return budget.usd ? budget.usd->nanos() : 0;
    case pace::BudgetAxis::tokens:
      return budget.tokens ? *budget.tokens : 0;
    case pace::BudgetAxis::requests:
      return budget.requests ? *budget.requests : 0;
  }
  return 0;
}

const char* flag_of(pace::BudgetAxis axis) {
  switch (axis) {
    case pace::BudgetAxis::usd:
      return "--max-cost";
    case pace::BudgetAxis::tokens:
      return "--max-total-tokens";
    case pace::BudgetAxis::requests:
      return "--max-requests";
  }
  return "";
}

// As flags and the file take it: dollars without a sign or superfluous zeros, or a count.
std::string value_text(pace::BudgetAxis axis, std::int64_t value) {
  if (axis != pace::BudgetAxis::usd) return fmt::to_string(value);
  std::string text = fmt::format("{}.{:09}", value / 1'000'000'000, value % 1'000'000'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string after_budget(const crawl::RunReport& report,
                         const config::Config& config,
                         const ConfigFlags& flags) {
  const crawl::ReachedCap& reached = *report.reached;
  const config::Policy* policy = config.policy(reached.policy);
  const config::Budget& budget = policy == nullptr ? config.budget : policy->budget;
  const std::uint64_t done = report.plan.done + report.scored + report.failed;
  const std::uint64_t policies = policy == nullptr ? 1 : config.policies.size();
  const CapNeed need{.cap = cap_of(budget, reached.axis),
                     .spent = on_axis(reached.spent, reached.axis),
                     .unknown = on_axis(reached.unknown, reached.axis),
                     .worst = on_axis(reached.worst, reached.axis),
                     .done = done / policies,
                     .left = (report.plan.distinct - done) / policies};
  const std::int64_t wanted = cap_for_the_rest(need);
  if (policy == nullptr) return command_with("score", flags, {cap_flag(reached.axis, wanted)});
  return fmt::format("set budget.{} of policy {} to {} in {}, then: {}",
                     reached.axis == pace::BudgetAxis::usd ? "usd" : pace::name_of(reached.axis),
                     policy->name,
                     value_text(reached.axis, wanted),
                     flags.file().empty() ? "the configuration" : flags.file(),
                     command_with("score", flags));
}

}  // namespace

std::string shell_word(std::string_view text) {
  if (!text.empty() && text.find_first_not_of(plain_characters) == std::string_view::npos)
    return std::string(text);
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

std::string command_with(std::string_view command,
                         const ConfigFlags& flags,
                         const std::vector<config::FlagValue>& changed) {
  std::string line = fmt::format("assay {}", command);
  const auto append = [&line](const config::FlagValue& flag) {
    const config::Key* key = config::find_flag(flag.name);
    if (key != nullptr && key->shape == config::Shape::boolean) {
      line += " " + flag.name;
      return;
    }
    for (const std::string& value : flag.values) {
      line += fmt::format(" {} {}", flag.name, shell_word(value));
    }
  };
  if (!flags.file().empty()) line += fmt::format(" -c {}", shell_word(flags.file()));
  for (const config::FlagValue& given : flags.values()) {
    if (std::ranges::find(changed, given.name, &config::FlagValue::name) == changed.end())
      append(given);
  }
  for (const config::FlagValue& flag : changed) append(flag);
  return line;
}

std::int64_t cap_for_the_rest(const CapNeed& need) {
  const double each = need.done == 0
                          ? static_cast<double>(need.worst)
                          : static_cast<double>(need.spent) / static_cast<double>(need.done);
  const double rest =
      std::max(1.1 * each * static_cast<double>(need.left), static_cast<double>(need.worst));
  const double wanted = std::max(static_cast<double>(need.spent + need.unknown) + rest,
                                 static_cast<double>(need.cap) * 1.05 + 1);
  const double digit = std::pow(10.0, std::max(0.0, std::floor(std::log10(wanted)) - 1));
  return static_cast<std::int64_t>(std::ceil(wanted / digit) * digit);
}

config::FlagValue cap_flag(pace::BudgetAxis axis, std::int64_t cap) {
  return {.name = flag_of(axis), .values = {value_text(axis, cap)}};
}

std::string go_on(const crawl::RunReport& report,
                  const config::Config& config,
                  const ConfigFlags& flags) {
  if (!report.stop) return report.plan.left_out > 0 ? command_with("score", flags) : std::string();
  if (report.stop->cause == crawl::StopCause::drift) return {};  // the same run stops there again
  if (report.stop->cause == crawl::StopCause::budget && report.reached)
    return after_budget(report, config, flags);
  return command_with("score", flags);
}

}  // namespace assay::cli

#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::doctor {
namespace {

void plan(Round round, const Evidence&, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  for (std::uint32_t i = 0; i < contexts().size(); ++i) {
    out.push_back({.group = Group::conditioning,
                   .text = i,
                   .prompts = {std::string(contexts()[i]) + std::string(echoed_response)}});
  }
}

Finding judge(const Evidence& evidence) {
  Finding finding;
  std::vector<double> values;
  std::string list;
  for (const Asked* asked : evidence.of(Group::conditioning)) {
    if (asked->seen.refused) continue;
    const auto nats =
        asked->seen.prompts.front().nats_from(contexts()[asked->exchange.text].size());
    if (!nats) continue;
    values.push_back(*nats);
    list += fmt::format("{}{:.2f}", list.empty() ? "" : ", ", *nats);
  }
  if (values.size() < 2) {
    finding.evidence = "fewer than two contexts could be scored";
    return finding;
  }
  const auto [low, high] = std::ranges::minmax(values);
  const double apart_min = exact_tolerance_nats + 30 * evidence.noise().worst_token;
  finding.verdict = high - low > apart_min ? Verdict::pass : Verdict::fail;
  finding.evidence = fmt::format("one response after {} contexts: {} nats", values.size(), list);
  return finding;
}

}  // namespace

constexpr Property conditioning_property{
    .name = "conditioning",
    .claim = "a response's value depends on its prompt",
    .meaning =
        "The response is scored without its prompt: the number says nothing about the policy.",
    .advice = "Look for a server that cuts or drops the prompt; do not use these values.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

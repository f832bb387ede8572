#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::doctor {
namespace {

constexpr std::size_t continuations_min = 8;

void plan(Round round, const Evidence&, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  for (std::uint32_t i = 0; i < continuations.size(); ++i) {
    out.push_back({.group = Group::continuation,
                   .text = i,
                   .prompts = {std::string(open_context) + continuations[i]}});
  }
}

// Distinct continuations exclude each other, so their probabilities add up to at most one; and a
// value that is the same for all of them cannot be theirs.
Finding judge(const Evidence& evidence) {
  Finding finding;
  double mass = 0;
  double low = 0;
  double high = 0;
  std::size_t count = 0;
  for (const Asked* asked : evidence.of(Group::continuation)) {
    if (asked->seen.refused) continue;
    const auto nats = asked->seen.prompts.front().nats_from(open_context.size());
    if (!nats) continue;
    mass += std::exp(*nats);
    low = count == 0 ? *nats : std::min(low, *nats);
    high = count == 0 ? *nats : std::max(high, *nats);
    ++count;
  }
  if (count < continuations_min) {
    finding.evidence =
        fmt::format("only {} of {} continuations could be scored", count, continuations.size());
    return finding;
  }
  // Noise of a value moves its probability by that share.
  const double allowed = 1 + 1e-6 + 3 * evidence.noise().worst_token;
  const double apart_min = exact_tolerance_nats + 3 * evidence.noise().worst_token;
  finding.verdict = mass <= allowed && high - low > apart_min ? Verdict::pass : Verdict::fail;
  finding.evidence =
      fmt::format("{} continuations of one context have a mass of {:.4f}", count, mass);
  if (high - low <= apart_min) finding.evidence += ", all of them the same value";
  return finding;
}

}  // namespace

constexpr Property normalisation_property{
    .name = "normalisation",
    .claim = "continuations that exclude each other have a mass of at most one",
    .meaning =
        "The values are no probabilities of the tokens they stand beside; they may be shifted by "
        "one.",
    .advice = "Do not use these values; report it to the provider.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

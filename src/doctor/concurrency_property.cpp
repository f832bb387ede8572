#include "doctor/comparison.hpp"
#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

namespace assay::doctor {
namespace {

constexpr std::uint32_t times = 4;

void plan(Round round, const Evidence&, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  for (std::uint32_t time = 0; time < times; ++time) {
    for (std::uint32_t text = 0; text < plain_texts().size(); ++text) {
      out.push_back({.group = Group::crowd,
                     .text = text,
                     .part = time,
                     .prompts = {plain_texts()[text].whole()}});
    }
  }
}

// Each text alone, twice in a row.
Noise noise_alone(const Evidence& evidence) {
  std::vector<std::vector<const Sight*>> repeats(plain_texts().size());
  for (const Asked* asked : evidence.of(Group::second_pass)) {
    if (!asked->seen.refused) repeats[asked->exchange.text].push_back(&asked->seen.prompts.front());
  }
  return noise_of(repeats);
}

// Kernels that depend on the batch make a difference in the last digits; that is noise, and small.
Finding judge(const Evidence& evidence) {
  const Noise alone = noise_alone(evidence);
  if (alone.repeats > 0 && alone.is_zero() && !evidence.noise().is_zero()) {
    const Noise& all = evidence.noise();
    return {.verdict = all.is_small() ? Verdict::pass : Verdict::fail,
            .p_value = {},
            .evidence = fmt::format(
                "answers repeat exactly alone; with others they differ by {:.2g} nats at one token",
                all.worst_token)};
  }
  Comparison comparison(evidence.noise());
  for (const Asked* asked : evidence.of(Group::crowd)) {
    const std::uint32_t text = asked->exchange.text;
    comparison.add(fmt::format("text {}", text), evidence.settled(text), asked->seen);
  }
  return comparison.finding();
}

}  // namespace

constexpr Property concurrency_property{
    .name = "concurrency",
    .claim = "a value does not depend on what is asked at the same time",
    .meaning = "Under load the endpoint gives other values than to a single request.",
    .advice = "Lower limits.concurrency, or ask the provider for batch-invariant kernels.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

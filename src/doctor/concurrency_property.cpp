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

Finding judge(const Evidence& evidence) {
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

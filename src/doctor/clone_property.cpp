#include "doctor/comparison.hpp"
#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

namespace assay::doctor {
namespace {

void plan(Round round, const Evidence& so_far, std::vector<Exchange>& out) {
  if (round != Round::crowd || so_far.subject().clone.empty()) return;
  for (std::uint32_t text = 0; text < plain_texts().size(); ++text) {
    out.push_back({.group = Group::clone,
                   .text = text,
                   .prompts = {plain_texts()[text].whole()},
                   .under_clone = true});
  }
}

Finding judge(const Evidence& evidence) {
  const auto asked = evidence.of(Group::clone);
  if (asked.empty()) {
    return {.verdict = Verdict::not_applicable,
            .p_value = {},
            .evidence =
                "no second name is configured (--clone MODEL, or a policy with the same weights)"};
  }
  Comparison comparison(evidence.noise());
  for (const Asked* one : asked) {
    const std::uint32_t text = one->exchange.text;
    comparison.add(fmt::format("text {}", text), evidence.settled(text), one->seen);
  }
  return comparison.finding();
}

}  // namespace

constexpr Property clone_property{
    .name = "clone",
    .claim = "the same weights under a second name give the same values",
    .meaning = "The two names are not the same model: a weight between them is not one.",
    .advice = "Declare different weights for them, or pin revisions.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

#include "doctor/comparison.hpp"
#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

namespace assay::doctor {
namespace {

// Once through, then from the end, each text twice in a row: what was asked before differs, and a
// cache that was cold is warm.
void plan(Round round, const Evidence&, std::vector<Exchange>& out) {
  if (round != Round::alone) return;
  const auto texts = static_cast<std::uint32_t>(plain_texts().size());
  for (std::uint32_t text = 0; text < texts; ++text) {
    out.push_back(
        {.group = Group::first_pass, .text = text, .prompts = {plain_texts()[text].whole()}});
  }
  for (std::uint32_t text = texts; text-- > 0;) {
    for (std::uint32_t part = 0; part < 2; ++part) {
      out.push_back({.group = Group::second_pass,
                     .text = text,
                     .part = part,
                     .prompts = {plain_texts()[text].whole()}});
    }
  }
}

Finding judge(const Evidence& evidence) {
  Comparison comparison(evidence.noise());
  for (const Asked* asked : evidence.of(Group::first_pass)) {
    const std::uint32_t text = asked->exchange.text;
    comparison.add(fmt::format("text {}", text), evidence.settled(text), asked->seen);
  }
  return comparison.finding();
}

}  // namespace

constexpr Property order_property{
    .name = "order",
    .claim = "a value does not depend on what was asked before",
    .meaning =
        "A cache leaks from one request into the next: the first asking gives other values than "
        "the second.",
    .advice =
        "Have prefix caching switched off (vLLM: --no-enable-prefix-caching), then ask the doctor "
        "again.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

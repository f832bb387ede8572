#include "doctor/comparison.hpp"
#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

namespace assay::doctor {
namespace {

// Five cuts of each text, spread over its tokens.
constexpr std::size_t cuts_per_text = 5;

void plan(Round round, const Evidence& so_far, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  for (std::uint32_t text = 0; text < plain_texts().size(); ++text) {
    const std::vector<Segment>& segments = so_far.settled(text).segments;
    if (segments.size() < 4) continue;
    for (std::size_t cut = 0; cut < cuts_per_text; ++cut) {
      const std::size_t at = 2 + cut * (segments.size() - 2) / cuts_per_text;
      out.push_back({.group = Group::prefix,
                     .text = text,
                     .part = static_cast<std::uint32_t>(cut),
                     .prompts = {plain_texts()[text].whole().substr(0, segments[at].begin)}});
    }
  }
}

// lp(b|xa) is read from the whole text, and so is lp(ab|x); what must come out the same is lp(a|x),
// from the text that ends there and from the one that goes on.
Finding judge(const Evidence& evidence) {
  Comparison comparison(evidence.noise());
  for (const Asked* asked : evidence.of(Group::prefix)) {
    const Exchange& exchange = asked->exchange;
    if (asked->seen.refused) continue;
    const std::string what =
        fmt::format("text {} cut at byte {}", exchange.text, exchange.prompts.front().size());
    const Sight& whole = evidence.settled(exchange.text);
    const Sight& part = asked->seen.prompts.front();
    if (part.failure) {
      comparison.add(what, whole, part);
    } else {
      comparison.add(what, part, whole, Cuts::all_of_a);
    }
  }
  return comparison.finding();
}

}  // namespace

constexpr Property additivity_property{
    .name = "additivity",
    .claim = "lp(ab|x) = lp(a|x) + lp(b|xa) on splits between tokens",
    .meaning =
        "The values are not those of one distribution read from left to right; they may be "
        "shifted.",
    .advice = "Do not use these values; report it to the provider with the worst case shown.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

#include "doctor/comparison.hpp"
#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay::doctor {
namespace {

constexpr std::array<Variation, 6> variations{{{.max_tokens = 0},
                                               {.max_tokens = 1},
                                               {.max_tokens = 3},
                                               {.top_k = 0},
                                               {.top_k = 2},
                                               {.top_k = 5}}};

void plan(Round round, const Evidence& so_far, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  for (std::uint32_t part = 0; part < variations.size(); ++part) {
    if (variations[part].top_k.value_or(0) > std::max(1, so_far.subject().dialect->can.top_k_max))
      continue;
    for (const std::uint32_t text : {1U, 3U}) {
      out.push_back({.group = Group::shape,
                     .text = text,
                     .part = part,
                     .prompts = {plain_texts()[text].whole()},
                     .variation = variations[part]});
    }
  }
}

Finding judge(const Evidence& evidence) {
  Comparison comparison(evidence.noise());
  for (const Asked* asked : evidence.of(Group::shape)) {
    const std::uint32_t text = asked->exchange.text;
    const Variation& variation = asked->exchange.variation;
    // Some servers fail without a token to generate, or without log-probs to list: scores never ask
    // for either.
    const bool is_edge = variation.max_tokens == 0 || variation.top_k == 0;
    if (is_edge && !asked->seen.refused && asked->seen.prompts.front().failure) continue;
    comparison.add(fmt::format("text {} at {}", text, name_of(variation)),
                   evidence.settled(text),
                   asked->seen);
  }
  return comparison.finding();
}

}  // namespace

constexpr Property shape_property{
    .name = "shape",
    .claim = "max_tokens and logprobs change what is listed, not its values",
    .meaning = "Values of the text depend on how much else is asked for.",
    .advice = "Do not use these values; report it to the provider with the worst case shown.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

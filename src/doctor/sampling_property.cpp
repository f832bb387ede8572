#include "doctor/comparison.hpp"
#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

#include <array>

namespace assay::doctor {
namespace {

constexpr std::array<Variation, 4> variations{
    {{.temperature = "0.5"}, {.temperature = "1.7"}, {.top_p = "0.9"}, {.top_p = "0.3"}}};

void plan(Round round, const Evidence&, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  for (std::uint32_t part = 0; part < variations.size(); ++part) {
    for (const std::uint32_t text : {0U, 2U}) {
      out.push_back({.group = Group::sampling,
                     .text = text,
                     .part = part,
                     .prompts = {plain_texts()[text].whole()},
                     .variation = variations[part]});
    }
  }
}

Finding judge(const Evidence& evidence) {
  Comparison comparison(evidence.noise());
  for (const Asked* asked : evidence.of(Group::sampling)) {
    const std::uint32_t text = asked->exchange.text;
    comparison.add(fmt::format("text {} at {}", text, name_of(asked->exchange.variation)),
                   evidence.settled(text),
                   asked->seen);
  }
  return comparison.finding();
}

}  // namespace

constexpr Property sampling_property{
    .name = "sampling",
    .claim = "temperature and top_p do not change the log-probs of a given text",
    .meaning =
        "The values are those of a scaled or cut distribution, as sampling settings make it.",
    .advice =
        "Scores ask for temperature 1 and top_p 1; see that no gateway or server default overrides "
        "them.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

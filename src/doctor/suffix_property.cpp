#include "doctor/comparison.hpp"
#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

namespace assay::doctor {
namespace {

void plan(Round round, const Evidence&, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  for (std::uint32_t text = 0; text < plain_texts().size(); ++text) {
    out.push_back({.group = Group::suffix,
                   .text = text,
                   .prompts = {plain_texts()[text].whole() + std::string(suffix)}});
  }
}

Finding judge(const Evidence& evidence) {
  Comparison comparison(evidence.noise());
  for (const Asked* asked : evidence.of(Group::suffix)) {
    const std::uint32_t text = asked->exchange.text;
    comparison.add(
        fmt::format("text {}", text), evidence.settled(text), asked->seen, Cuts::beginning);
  }
  return comparison.finding();
}

}  // namespace

constexpr Property suffix_property{
    .name = "suffix",
    .claim = "what comes later does not change what stood before",
    .meaning = "Earlier values depend on later text: they are shifted, or not of a causal model.",
    .advice = "Do not use these values; report it to the provider with the worst case shown.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

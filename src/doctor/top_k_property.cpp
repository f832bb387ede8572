#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::doctor {
namespace {

constexpr std::int32_t top_k_wanted = 5;

void plan(Round round, const Evidence& so_far, std::vector<Exchange>& out) {
  const std::int32_t top_k = std::min(top_k_wanted, so_far.subject().dialect->can.top_k_max);
  if (round != Round::crowd || top_k < 2) return;
  for (const std::uint32_t text : {0U, 4U, 5U}) {
    out.push_back({.group = Group::alternatives,
                   .text = text,
                   .prompts = {plain_texts()[text].whole()},
                   .variation = {.top_k = top_k}});
  }
}

// What is wrong with one place's list; empty when nothing is.
std::string fault_of(const wire::TranscriptToken& token, double slack) {
  double mass = 0;
  double least = 0;
  double most = token.likely.front().nats;
  std::optional<double> own;
  for (const wire::Alternative& one : token.likely) {
    mass += std::exp(one.nats);
    least = std::min(least, one.nats);
    most = std::max(most, one.nats);
    if (one.text == token.text) own = one.nats;
  }
  if (mass > 1 + slack) return fmt::format("the listed tokens have a mass of {:.4f}", mass);
  if (!token.nats) return "";
  if (own && std::abs(*own - *token.nats) > slack)
    return fmt::format("the list gives the token {:.4f}, the column {:.4f}", *own, *token.nats);
  if (*token.nats > most + slack) return "the token is likelier than the most likely one";
  if (!own && *token.nats > least + slack)
    return "the token is likelier than one listed, and not listed";
  return "";
}

Finding judge(const Evidence& evidence) {
  Finding finding;
  finding.verdict = Verdict::not_applicable;
  finding.evidence = "the answers list no alternatives";
  std::size_t places = 0;
  const double slack = 1e-6 + 3 * evidence.noise().worst_token;
  for (const Asked* asked : evidence.of(Group::alternatives)) {
    if (asked->seen.refused) finding.evidence = "refused: " + asked->seen.refused->reason;
    if (!asked->seen.transcript) continue;
    for (const wire::TranscriptChoice& choice : asked->seen.transcript->choices) {
      for (std::size_t i = 0; i < choice.tokens.size(); ++i) {
        if (choice.tokens[i].likely.empty()) continue;
        ++places;
        const std::string fault = fault_of(choice.tokens[i], slack);
        if (fault.empty()) continue;
        return {.verdict = Verdict::fail,
                .p_value = {},
                .evidence = fmt::format("text {}, token {}: {}", asked->exchange.text, i, fault)};
      }
    }
  }
  if (places == 0) return finding;
  return {.verdict = Verdict::pass,
          .p_value = {},
          .evidence = fmt::format(
              "{} places, each list within a mass of one and with the token's value", places)};
}

}  // namespace

constexpr Property top_k_property{
    .name = "top_k",
    .claim = "the likeliest tokens have a mass of at most one and agree with the token's own value",
    .meaning = "The column of values and the lists of alternatives contradict each other.",
    .advice = "Do not use these values; the column may be shifted against the tokens.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

#include "doctor/comparison.hpp"
#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

namespace assay::doctor {
namespace {

constexpr std::size_t long_bytes = 8'000;
// English takes about four bytes per token; a text of so many bytes per token is too long for sure.
constexpr std::size_t bytes_per_token = 12;

void plan(Round round, const Evidence& so_far, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  const std::string text = long_text("The first line of a long text.", long_bytes);
  out.push_back({.group = Group::long_text, .prompts = {text}});
  out.push_back(
      {.group = Group::long_text, .part = 1, .prompts = {text.substr(0, long_bytes / 8)}});
  if (const auto limit = so_far.subject().context_tokens) {
    out.push_back(
        {.group = Group::beyond,
         .prompts = {long_text("Too long.", static_cast<std::size_t>(*limit) * bytes_per_token)}});
  }
}

std::string_view judge_limit(const Evidence& evidence, Finding& finding) {
  const auto beyond = evidence.of(Group::beyond);
  if (beyond.empty()) return "; the limit itself was not tried (state it with --context)";
  const Seen& seen = beyond.front()->seen;
  if (!seen.refused) {
    finding.verdict = Verdict::fail;
    return "; a text beyond the context limit is answered, not refused";
  }
  return "; a text beyond the context limit is refused";
}

Finding judge(const Evidence& evidence) {
  Finding finding;
  const auto asked = evidence.of(Group::long_text);
  if (asked.size() != 2 || asked[0]->seen.refused || asked[1]->seen.refused) {
    finding.evidence = "the long text was refused";
    if (!asked.empty() && asked.front()->seen.refused)
      finding.evidence += ": " + asked.front()->seen.refused->reason;
    return finding;
  }
  const Sight& whole = asked[0]->seen.prompts.front();
  const Sight& beginning = asked[1]->seen.prompts.front();
  if (whole.failure && !beginning.failure) {
    finding.verdict = Verdict::fail;
    finding.evidence = fmt::format(
        "{} bytes: {}", asked[0]->exchange.prompts.front().size(), whole.failure->reason);
    return finding;
  }
  if (whole.failure || beginning.failure) {
    finding.evidence = "short texts cannot be scored either";
    return finding;
  }
  finding.verdict = Verdict::pass;
  // A text that lost its head to a limit is read from another place on: what stands near the
  // beginning gets other values than in a short text.
  Comparison comparison(evidence.noise());
  comparison.add("beginning of the long text", beginning, whole, Cuts::beginning);
  const Finding compared = comparison.finding();
  if (compared.verdict == Verdict::fail ||
      (compared.p_value && *compared.p_value < false_alarm_rate)) {
    finding.verdict = Verdict::fail;
  }
  finding.evidence = fmt::format(
      "a text of {} tokens comes back whole, {}", whole.tokens() + 1, compared.evidence);
  finding.evidence += judge_limit(evidence, finding);
  return finding;
}

}  // namespace

constexpr Property truncation_property{
    .name = "truncation",
    .claim = "long texts are scored whole, too long ones refused",
    .meaning = "A part of the prompt is dropped in silence: the values are of a shorter one.",
    .advice = "Raise the server's context limit, or drop rows that are too long.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::doctor {
namespace {

constexpr std::int32_t tokens_wanted = 6;

// The tokens that an answer generated behind the text it echoed.
struct Continued {
  std::string text;  // with what was generated
  std::vector<const wire::TranscriptToken*> generated;
};

std::optional<Continued> continued(const Asked& asked) {
  if (asked.seen.refused || !asked.seen.transcript) return std::nullopt;
  const wire::TranscriptChoice& choice = asked.seen.transcript->choices.front();
  const std::string& prompt = asked.exchange.prompts.front();
  if (!choice.text.starts_with(prompt) || choice.text.size() == prompt.size()) return std::nullopt;
  Continued found{.text = choice.text, .generated = {}};
  // From the end, so that it does not matter how the prompt's own tokens are written.
  std::size_t left = choice.text.size() - prompt.size();
  for (auto token = choice.tokens.rbegin(); token != choice.tokens.rend() && left > 0; ++token) {
    if (token->text.size() > left || token->text.starts_with("bytes:")) return std::nullopt;
    left -= token->text.size();
    found.generated.insert(found.generated.begin(), &*token);
  }
  if (left > 0) return std::nullopt;
  return found;
}

void plan(Round round, const Evidence& so_far, std::vector<Exchange>& out) {
  if (round == Round::crowd) {
    for (std::uint32_t text = 0; text < plain_texts().size(); ++text) {
      const std::vector<Segment>& segments = so_far.settled(text).segments;
      if (segments.size() < 4) continue;
      // From the middle of a text on: at its end a model may have nothing more to say.
      const std::size_t cut = segments[segments.size() / 2].begin;
      out.push_back({.group = Group::greedy,
                     .text = text,
                     .prompts = {plain_texts()[text].whole().substr(0, cut)},
                     .variation = {.max_tokens = tokens_wanted, .temperature = "0"}});
    }
  }
  if (round != Round::afterwards) return;
  for (const Asked* asked : so_far.of(Group::greedy)) {
    if (const auto text = continued(*asked)) {
      out.push_back(
          {.group = Group::greedy_score, .text = asked->exchange.text, .prompts = {text->text}});
    }
  }
}

struct Tally {
  std::size_t compared = 0;
  std::size_t certain = 0;  // generated values that are exactly 0
  double worst = 0;
  std::string overtaken;  // a token chosen although another is likelier
};

// The generated tokens' values as the generation gave them against the same tokens read as text.
void compare(const Continued& made, const Sight& scored, double slack, Tally& tally) {
  std::size_t at = made.text.size();
  for (const wire::TranscriptToken* token : made.generated) at -= token->text.size();
  for (const wire::TranscriptToken* token : made.generated) {
    const std::size_t begin = at;
    at += token->text.size();
    if (!token->nats) continue;
    for (const wire::Alternative& one : token->likely) {
      if (one.nats > *token->nats + slack && tally.overtaken.empty())
        tally.overtaken = fmt::format(
            "a token of {:.4f} nats was chosen beside one of {:.4f}", *token->nats, one.nats);
    }
    const auto segment = std::ranges::find(scored.segments, begin, &Segment::begin);
    if (segment == scored.segments.end() || segment->end != at || segment->nats.size() != 1) return;
    ++tally.compared;
    if (*token->nats == 0) ++tally.certain;
    tally.worst = std::max(tally.worst, std::abs(*token->nats - segment->nats.front()));
  }
}

Finding judge(const Evidence& evidence) {
  Finding finding;
  Tally tally;
  const double slack = std::max(exact_tolerance_nats, 3 * evidence.noise().worst_token);
  std::string refusal;
  for (const Asked* asked : evidence.of(Group::greedy)) {
    if (asked->seen.refused) refusal = asked->seen.refused->reason;
    const auto made = continued(*asked);
    const auto scored = evidence.of(Group::greedy_score, asked->exchange.text);
    if (!made || scored.empty() || scored.front()->seen.refused) continue;
    compare(*made, scored.front()->seen.prompts.front(), slack, tally);
  }
  if (!tally.overtaken.empty()) {
    finding.verdict = Verdict::fail;
    finding.evidence = tally.overtaken;
  } else if (tally.compared == 0 || tally.certain == tally.compared) {
    finding.verdict =
        tally.compared > 0 || !refusal.empty() ? Verdict::not_applicable : Verdict::inconclusive;
    finding.evidence = tally.compared > 0
                           ? "generated values are given after the temperature, as zeros"
                       : !refusal.empty() ? "refused: " + refusal
                                          : "no generated token could be found again in the text";
  } else {
    finding.verdict = tally.worst <= slack ? Verdict::pass : Verdict::fail;
    finding.evidence = fmt::format("{} generated tokens read as text, worst difference {:.2g} nats",
                                   tally.compared,
                                   tally.worst);
  }
  return finding;
}

}  // namespace

constexpr Property greedy_property{
    .name = "greedy",
    .claim = "what is generated at temperature 0 has the same values when it is scored",
    .meaning = "Generation and scoring do not run the same distribution.",
    .advice = "Weights would compare two different things; report it to the provider.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

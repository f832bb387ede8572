#include "doctor/property_table.hpp"
#include "doctor/texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::doctor {
namespace {

void plan(Round round, const Evidence&, std::vector<Exchange>& out) {
  if (round != Round::crowd) return;
  out.push_back({.group = Group::streamed,
                 .prompts = {plain_texts()[0].whole()},
                 .variation = {.streamed = true}});
}

// The streamed pieces put together against the answer in one piece, over the text's own tokens: the
// generated one may differ.
Finding compare(const wire::Transcript& whole, const wire::Transcript& pieces, const Noise& noise) {
  Finding finding;
  const auto& a = whole.choices.front().tokens;
  const auto& b = pieces.choices.front().tokens;
  std::size_t compared = 0;
  double worst = 0;
  for (std::size_t i = 0; i + 1 < std::min(a.size(), b.size()); ++i) {
    if (a[i].text != b[i].text || !a[i].nats || !b[i].nats) continue;
    ++compared;
    worst = std::max(worst, std::abs(*a[i].nats - *b[i].nats));
  }
  if (compared < 3) {
    finding.verdict = Verdict::not_applicable;
    finding.evidence = "a stream does not echo the text with its values";
    return finding;
  }
  const double allowed = std::max(exact_tolerance_nats, 3 * noise.worst_token);
  finding.verdict = worst <= allowed ? Verdict::pass : Verdict::fail;
  finding.evidence = fmt::format("{} tokens, worst difference {:.2g} nats", compared, worst);
  return finding;
}

Finding judge(const Evidence& evidence) {
  Finding finding;
  finding.verdict = Verdict::not_applicable;
  finding.evidence = "this dialect cannot be asked to stream";
  const auto asked = evidence.of(Group::streamed);
  if (asked.empty()) return finding;
  const Seen& seen = asked.front()->seen;
  const Seen* whole = evidence.settled_answer(0);
  if (seen.refused || !seen.transcript) {
    finding.evidence =
        seen.refused ? "refused: " + seen.refused->reason : "not a stream of completions";
    return finding;
  }
  if (whole == nullptr || !whole->transcript) return finding;
  return compare(*whole->transcript, *seen.transcript, evidence.noise());
}

}  // namespace

constexpr Property stream_property{
    .name = "stream",
    .claim = "a streamed answer holds the values of a whole one",
    .meaning = "Two code paths of the server compute different values; only one can be right.",
    .advice = "Scores are never streamed; report it to the provider.",
    .plan = plan,
    .judge = judge,
};

}  // namespace assay::doctor

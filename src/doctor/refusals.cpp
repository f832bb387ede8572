#include "doctor/refusals.hpp"

#include <fmt/format.h>

namespace assay::doctor {
namespace {

bool is_plain(Group group) {
  return group == Group::first_pass || group == Group::second_pass || group == Group::crowd;
}

// The answer says what its text is, and it is not the one sent.
bool repeats_nothing(const Asked& asked) {
  return asked.seen.transcript && asked.seen.transcript->choices.size() == 1 &&
         !asked.seen.transcript->choices.front().text.starts_with(asked.exchange.prompts.front());
}

// The answer lists every token and counts them differently in its usage.
bool miscounts(const Asked& asked) {
  if (!asked.seen.transcript || asked.seen.transcript->choices.size() != 1) return false;
  const Usage& usage = asked.seen.transcript->usage;
  const wire::TranscriptChoice& choice = asked.seen.transcript->choices.front();
  if (!usage.input || !choice.text.starts_with(asked.exchange.prompts.front())) return false;
  const std::int64_t counted = usage.input->value + (usage.output ? usage.output->value : 0);
  return !choice.tokens.empty() && counted != static_cast<std::int64_t>(choice.tokens.size());
}

}  // namespace

Blame blame_of(const Asked& asked) {
  if (asked.seen.refused || !asked.seen.prompts.front().failure) return Blame::none;
  // The reader's own words for a bill that cannot be.
  if (asked.seen.prompts.front().failure->reason.starts_with("usage")) return Blame::usage;
  switch (asked.seen.prompts.front().failure->cls) {
    case FailureClass::invalid_logprob:
    case FailureClass::missing_logprob:
      return repeats_nothing(asked) ? Blame::echo : Blame::values;
    case FailureClass::model_mismatch:
      return Blame::model;
    case FailureClass::truncated_echo:
      return miscounts(asked) ? Blame::usage : Blame::echo;
    default:
      return Blame::echo;
  }
}

Refusals refusals(const Evidence& evidence, Blame blame) {
  Refusals found;
  for (const Asked& asked : evidence.all()) {
    if (!is_plain(asked.exchange.group)) continue;
    if (asked.seen.refused) {
      ++found.unanswered;
      if (found.first.empty()) found.first = asked.seen.refused->reason;
      continue;
    }
    ++found.answers;
    const Blame own = blame_of(asked);
    if (own == Blame::none) ++found.proved;
    if (own != blame) continue;
    if (found.blamed++ == 0) found.first = asked.seen.prompts.front().failure->reason;
  }
  return found;
}

Finding finding_of(const Refusals& refusals, std::string_view proved) {
  Finding finding;
  if (refusals.blamed > 0) {
    finding.verdict = Verdict::fail;
    finding.evidence =
        fmt::format("{} of {} answers: {}", refusals.blamed, refusals.answers, refusals.first);
  } else if (refusals.proved > 0) {
    finding.verdict = Verdict::pass;
    finding.evidence =
        fmt::format("{} of {} answers {}", refusals.proved, refusals.answers, proved);
  } else {
    finding.evidence = refusals.answers > 0 ? "no answer came so far as to be judged by this"
                                            : "no answer: " + refusals.first;
  }
  return finding;
}

}  // namespace assay::doctor

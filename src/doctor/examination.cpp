#include "doctor/examination.hpp"

#include "doctor/comparison.hpp"
#include "doctor/texts.hpp"

#include <algorithm>

namespace assay::doctor {
namespace {

// Answers that make every property ask for as much as it ever does: each byte a token, and tokens
// generated behind the text.
Seen fullest_answer(const Exchange& exchange) {
  Seen seen;
  for (const std::string& text : exchange.prompts) {
    Sight sight;
    for (std::size_t at = 1; at < text.size(); ++at) sight.segments.push_back({at, at + 1, {-1.0}});
    seen.prompts.push_back(std::move(sight));
  }
  const std::string generated(64, 'x');
  wire::TranscriptChoice choice{
      .text = exchange.prompts.front() + generated, .finish_reason = {}, .tokens = {}};
  choice.tokens.push_back({.text = generated, .nats = -1.0, .likely = {}});
  seen.transcript.emplace().choices.push_back(std::move(choice));
  return seen;
}

}  // namespace

bool Diagnosis::holds() const {
  return std::ranges::none_of(
      entries, [](const Entry& entry) { return entry.finding.verdict == Verdict::fail; });
}

std::vector<Exchange> Examination::plan(Round round) const {
  std::vector<Exchange> exchanges;
  for (const Property* property : properties()) {
    if (property->plan != nullptr) property->plan(round, evidence_, exchanges);
  }
  std::erase_if(exchanges, [this](const Exchange& exchange) {
    return !body_of(exchange, *subject().dialect, subject().model);
  });
  return exchanges;
}

Diagnosis Examination::diagnose() {
  evidence_.settle_noise();
  Diagnosis diagnosis;
  for (const Property* property : properties()) {
    diagnosis.entries.push_back({property, property->judge(evidence_)});
  }
  std::vector<Finding*> findings;
  for (Diagnosis::Entry& entry : diagnosis.entries) findings.push_back(&entry.finding);
  judge_together(findings);
  diagnosis.noise = evidence_.noise();
  for (const Asked& asked : evidence_.all()) {
    if (!asked.seen.transcript || asked.exchange.under_clone) continue;
    diagnosis.fingerprint = asked.seen.transcript->fingerprint;
    if (!diagnosis.fingerprint.empty()) break;
  }
  return diagnosis;
}

Effort effort_of(const Subject& subject) {
  Examination examination(subject);
  Effort effort;
  for (std::size_t round = 0; round < round_count; ++round) {
    for (Exchange& exchange : examination.plan(static_cast<Round>(round))) {
      const TokenBound bound = bound_of(exchange, *subject.dialect);
      ++effort.requests;
      effort.tokens.input += bound.input;
      effort.tokens.output += bound.output;
      Seen seen = fullest_answer(exchange);
      examination.add(std::move(exchange), std::move(seen));
    }
  }
  return effort;
}

}  // namespace assay::doctor

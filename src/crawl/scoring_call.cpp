#include "crawl/scoring_call.hpp"

#include "assay/ensure.hpp"
#include "crawl/terms.hpp"

#include <algorithm>

namespace assay::crawl {

// An upstream server may have done the work, and billed it, before the answer broke on its way
// through a gateway. A refusal (4xx, 503, 529) is issued before any work is done.
bool possibly_billed(int status) {
  return status < 400 || status == 500 || status == 502 || status == 504 ||
         (status >= 520 && status <= 524);
}

ScoringCall::ScoringCall(const RunSpec& spec, const Work& work)
    : ScoringCall(
          spec, work, spec.endpoints[endpoint_indices(spec, spec.policies[work.policy]).front()]) {}

ScoringCall::ScoringCall(const RunSpec& spec, const Work& work, const EndpointSpec& endpoint)
    : dialect_(*endpoint.dialect) {
  ensure(work.rendered.has_value(), "only a rendered item is sent");
  prompt_ = wire::Prompt{.text = work.rendered->text, .boundary = work.rendered->boundary};
  call_.model = spec.policies[work.policy].model;
  call_.prompts = std::span(&prompt_, 1);
  call_.max_tokens = dialect_.max_tokens;
  if (spec.detail >= journal::Detail::detailed) call_.detail = wire::TokenDetail::kept;
}

std::optional<Failure> ScoringCall::objection() const {
  return wire::objection(dialect_, prompt_);
}

TokenBound ScoringCall::worst_case() const {
  return wire::worst_case(call_);
}

std::string ScoringCall::target() const {
  return wire::score_target(dialect_, "", call_.model);
}

void ScoringCall::append_body(std::string& out) const {
  dialect_.append_body(out, call_);
}

void ScoringCall::read(const AnswerView& answer,
                       wire::Scratch& scratch,
                       wire::Reading& reading) const {
  dialect_.read_score(call_, answer, scratch, reading);
  ensure(reading.prompts.size() == call_.prompts.size(), "every prompt has an outcome");
}

pace::Reply reply_of(wire::Reading&& reading, const net::Answer& answer) {
  pace::Reply reply;
  reply.observation = reading.observation;
  reply.usage = reading.usage;
  reply.possibly_billed = possibly_billed(answer.status());
  reply.replays = answer.timing.replayed ? 1 : 0;
  const Failure* failure = reading.prompts.front().outcome.failure();
  const bool says_nothing_of_the_item =
      failure != nullptr && (answer.status() >= 300 || remedy_of(failure->cls) == Remedy::retry);
  if (says_nothing_of_the_item) {
    reply.result = *failure;
    return reply;
  }
  std::vector<Outcome> outcomes;
  for (wire::PromptReading& prompt : reading.prompts) outcomes.push_back(std::move(prompt.outcome));
  reply.result = std::move(outcomes);
  return reply;
}

}  // namespace assay::crawl

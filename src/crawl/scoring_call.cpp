#include "crawl/scoring_call.hpp"

#include "assay/ensure.hpp"
#include "crawl/terms.hpp"

#include <algorithm>
#include <array>

namespace assay::crawl {

// An upstream server may have done the work, and billed it, before the answer broke on its way
// through a gateway. A refusal (4xx, 503, 529) is issued before any work is done.
bool possibly_billed(int status) {
  return status < 400 || status == 500 || status == 502 || status == 504 ||
         (status >= 520 && status <= 524);
}

namespace {

const EndpointSpec& preferred_endpoint(const RunSpec& spec, const Work& work) {
  return spec.endpoints[preferred_index(spec, spec.policies[work.policy])];
}

wire::TokenDetail token_detail(const RunSpec& spec) {
  return spec.detail >= journal::Detail::detailed ? wire::TokenDetail::kept
                                                  : wire::TokenDetail::left_out;
}

}  // namespace

ScoringCall::ScoringCall(const RunSpec& spec, const Work& work)
    : ScoringCall(spec, std::array{&work}, preferred_endpoint(spec, work)) {}

ScoringCall::ScoringCall(const RunSpec& spec,
                         std::span<const Work* const> works,
                         const EndpointSpec& endpoint)
    : dialect_(*endpoint.dialect) {
  prompts_.reserve(works.size());
  for (const Work* work : works) add(*work);
  call_.model = spec.policies[works.front()->policy].model;
  call_.prompts = {prompts_.data(), prompts_.size()};
  call_.max_tokens = dialect_.max_tokens;
  call_.detail = token_detail(spec);
}

// A server that puts a BOS before a text gets the text without it, so that there is exactly one.
void ScoringCall::add(const Work& work) {
  ensure(work.rendered().has_value(), "only a rendered item is sent");
  const wire::Rendered& rendered = *work.rendered();
  const std::string_view text = rendered.text;
  const std::size_t bos = dialect_.can.adds_bos ? rendered.bos_bytes : 0;
  call_.server_bos = text.substr(0, bos);
  prompts_.push_back({.text = text.substr(bos),
                      .boundary = rendered.boundary - bos,
                      .json = bos == 0 ? std::string_view(rendered.json) : std::string_view{}});
}

std::optional<Failure> ScoringCall::objection() const {
  for (const wire::Prompt& prompt : prompts_) {
    if (auto failure = wire::objection(dialect_, prompt)) return failure;
  }
  return std::nullopt;
}

TokenBound ScoringCall::worst_case() const {
  return wire::worst_case(call_);
}

net::Request request_without_body(const EndpointSpec& endpoint, const Policy& policy) {
  net::Request request;
  request.target = wire::score_target(*endpoint.dialect, "", policy.model);
  return request;
}

void ScoringCall::append_body(std::string& out) const {
  dialect_.append_body(out, call_);
}

wire::Course course_of(const RunSpec& spec, const Work& work) {
  ensure(work.rendered().has_value(), "only a rendered item is sent");
  const Policy& policy = spec.policies[work.policy];
  return wire::Course({.dialect = preferred_endpoint(spec, work).dialect,
                       .method = policy.method,
                       .model = policy.model,
                       .text = work.rendered()->text,
                       .boundary = work.rendered()->boundary,
                       .bos_bytes = work.rendered()->bos_bytes,
                       .detail = token_detail(spec)});
}

net::Request request_of(const wire::Course& course) {
  wire::Course::Target target = course.target();
  net::Request request;
  request.target = std::move(target.path);
  request.beside_version = target.beside_version;
  course.append_body(request.body);
  return request;
}

void ScoringCall::read(const AnswerView& answer,
                       wire::Scratch& scratch,
                       wire::Reading& reading) const {
  dialect_.read_score(call_, answer, scratch, reading);
  ensure(reading.prompts.size() == call_.prompts.size(), "every prompt has an outcome");
}

pace::Reply reply_of(const net::ExchangeFailure& failure) {
  pace::Reply reply;
  reply.result = make_failure(failure.cls, failure.reason);
  reply.possibly_billed = failure.possibly_billed;
  reply.stale_connection = failure.dead_on_reuse;
  reply.same_break = failure.same_break;
  return reply;
}

pace::Reply reply_of(wire::Reading&& reading, const net::Answer& answer) {
  pace::Reply reply;
  reply.observation = reading.observation;
  reply.usage = reading.usage;
  reply.possibly_billed = possibly_billed(answer.status());
  reply.replays = answer.timing.replayed ? 1 : 0;
  const Failure* failure = reading.prompts.front().outcome.failure();
  const bool of_all = std::ranges::all_of(reading.prompts, [&](const wire::PromptReading& prompt) {
    return failure != nullptr && prompt.outcome.failure() != nullptr &&
           *prompt.outcome.failure() == *failure;
  });
  const bool says_nothing_of_the_items =
      of_all && (answer.status() >= 300 || remedy_of(failure->cls) == Remedy::retry);
  if (says_nothing_of_the_items) {
    reply.result = *failure;
    return reply;
  }
  std::vector<Outcome> outcomes;
  for (wire::PromptReading& prompt : reading.prompts) outcomes.push_back(std::move(prompt.outcome));
  reply.result = std::move(outcomes);
  return reply;
}

}  // namespace assay::crawl

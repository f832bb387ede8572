#include "teacher/completions_route.hpp"

#include "teacher/rate_headers.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

// One string, so that the connection sends it in one piece.
Reply whole(const HttpAnswer& answer, std::string_view body) {
  Reply reply;
  reply.bytes.reserve(body.size() + answer.headers.size() + 256);
  append_head(reply.bytes, answer, body.size());
  reply.bytes += body;
  reply.keep_alive = answer.keep_alive;
  return reply;
}
Reply whole(const HttpAnswer& answer) {
  return whole(answer, answer.body);
}

void append_state(std::string& headers, const Ticket& ticket) {
  fmt::format_to(std::back_inserter(headers), "x-request-id: req_{}\r\n", ticket.ordinal);
  if (ticket.requests) append_rate_headers(headers, "requests", *ticket.requests);
  if (ticket.tokens) append_rate_headers(headers, "tokens", *ticket.tokens);
}

ContentKey content_of(const std::vector<ContentKey>& prompts) {
  if (prompts.size() == 1) return prompts.front();
  std::string bytes;
  for (const auto& prompt : prompts)
    bytes.append(reinterpret_cast<const char*>(prompt.bytes.data()), prompt.bytes.size());
  return digest_of(bytes);
}

std::string_view refusal_of(Admission::Verdict verdict) {
  switch (verdict) {
    case Admission::Verdict::admitted:
      return "";
    case Admission::Verdict::over_requests:
      return "requests_per_minute";
    case Admission::Verdict::over_tokens:
      return "tokens_per_minute";
    case Admission::Verdict::over_concurrency:
      return "concurrency";
    case Admission::Verdict::too_large:
      return "request_too_large";
  }
  return "";
}

// Apart for every request and purpose, and the same in every run with this seed.
Rng rng_for(std::uint64_t seed, std::uint64_t ordinal, std::uint64_t purpose) {
  return Rng(Rng(seed + purpose)() ^ ordinal);
}

}  // namespace

CompletionsRoute::CompletionsRoute(const ServerOptions& options,
                                   const std::vector<std::shared_ptr<const Model>>& models,
                                   RequestParser& parser,
                                   Registry& registry)
    : options_(&options),
      parser_(&parser),
      registry_(&registry),
      vocabulary_(&models.front()->vocabulary()),
      completer_(models, options.seed) {}

Reply CompletionsRoute::refuse(const ApiError& error, const Moment& moment, bool keep_alive) {
  const auto ticket = registry_->note(moment.now);
  LedgerLine line;
  line.ordinal = ticket.ordinal;
  line.at = ticket.at;
  line.status = error.status;
  line.refusal = error.code.value_or(error.type);
  registry_->settle(line);
  auto answer = answer_of(error);
  answer.keep_alive = keep_alive;
  append_state(answer.headers, ticket);
  return whole(answer);
}

std::expected<CompletionRequest, ApiError> CompletionsRoute::read(const Call& call) {
  auto request = call.dialect.read(*parser_, call.body);
  if (!request) return request;
  if (completer_.model(request->model) == nullptr) {
    return std::unexpected(
        ApiError{404,
                 fmt::format("The model `{}` does not exist or you do not have access to it.",
                             request->model),
                 "invalid_request_error",
                 std::nullopt,
                 "model_not_found"});
  }
  for (const auto& prompt : request->prompts) {
    const auto wanted = static_cast<std::int64_t>(prompt.tokens.size()) + request->max_tokens;
    if (wanted <= options_->context_tokens_max) continue;
    return std::unexpected(ApiError{
        400,
        fmt::format("This model's maximum context length is {} tokens, however you requested {} "
                    "tokens ({} in your prompt; {} "
                    "for the completion). Please reduce your prompt; or completion length.",
                    options_->context_tokens_max,
                    wanted,
                    prompt.tokens.size(),
                    request->max_tokens),
        "invalid_request_error",
        "prompt",
        "context_length_exceeded"});
  }
  return request;
}

std::expected<CompletionsRoute::Asked, ApiError> CompletionsRoute::ask(const Call& call) {
  Asked asked;
  if (options_->precomputed) asked.known = cache_.find(digest_of(call.body));
  if (asked.known != nullptr) return asked;
  auto request = read(call);
  if (!request) return std::unexpected(request.error());
  asked.own.model = request->model;
  for (const auto& prompt : request->prompts) {
    asked.own.contents.push_back(content_digest(request->model, prompt.text));
    asked.own.token_bound += static_cast<std::int64_t>(prompt.tokens.size()) + request->max_tokens;
  }
  asked.request = std::move(*request);
  return asked;
}

// Fills in the body. A lie is computed afresh and never kept.
void CompletionsRoute::compute(Asked& asked, const Call& call, const Fate& fate, Rng& rng) {
  if (asked.known != nullptr && fate.lies.empty()) return;
  if (!asked.request) {
    asked.own = *asked.known;
    asked.own.body.clear();
    asked.request = *read(call);  // it could be read before
  }
  auto completion = completer_.complete(*asked.request);
  completion.id = "cmpl-" + to_hex(content_of(asked.own.contents)).substr(0, 24);
  completion.created_s = call.moment.unix_s;
  asked.own.prompt_tokens = completion.prompt_tokens;
  asked.own.completion_tokens = completion.completion_tokens;
  for (const auto& lie : fate.lies) {
    if (lie.prompt >= completion.choices.size()) continue;  // an earlier lie took them away
    std::get<AnswerFault>(lie.rule->row->effect)(completion, completion.choices[lie.prompt], rng);
  }
  call.dialect.write(asked.own.body, completion, *vocabulary_);
  asked.known = nullptr;
  if (options_->precomputed && fate.lies.empty())
    asked.known = cache_.keep(digest_of(call.body), asked.own);
}

Reply CompletionsRoute::limit(const Asked& asked, const Call& call, const Ticket& ticket) {
  const auto& verdict = ticket.admission;
  ApiError error{429, "", "requests", std::nullopt, "rate_limit_exceeded"};
  if (verdict.verdict == Admission::Verdict::too_large) {
    error.message =
        "Request too large: it asks for more tokens than the limit ever allows at once.";
    error.type = "tokens";
  } else if (verdict.verdict == Admission::Verdict::over_concurrency) {
    error.message = "Too many concurrent requests.";
    error.code = "concurrency_limit_exceeded";
  } else {
    const bool requests = verdict.verdict == Admission::Verdict::over_requests;
    error.type = requests ? "requests" : "tokens";
    error.message = fmt::format("Rate limit reached on {} per min. Please try again in {}.",
                                error.type,
                                go_duration(verdict.retry_after));
  }
  auto answer = answer_of(error);
  answer.keep_alive = call.keep_alive;
  append_state(answer.headers, ticket);
  if (verdict.retry_after > Duration{}) append_retry_headers(answer.headers, verdict.retry_after);
  LedgerLine line;
  line.status = 429;
  line.refusal = refusal_of(verdict.verdict);
  bill(asked, ticket, line);
  return whole(answer);
}

std::string_view CompletionsRoute::Fate::name() const {
  if (whole != nullptr) return whole->name;
  return lies.empty() ? std::string_view{} : std::string_view(lies.front().rule->name);
}

CompletionsRoute::Fate CompletionsRoute::fate_of(const Asked& asked, const Ticket& ticket) const {
  Fate fate;
  if (options_->faults.rules.empty()) return fate;
  const auto strike = [&fate](const FaultRule* rule, std::size_t prompt) {
    if (rule == nullptr) return;
    if (std::holds_alternative<AnswerFault>(rule->row->effect)) {
      fate.lies.push_back({rule, prompt});
    } else if (fate.whole == nullptr) {
      fate.whole = rule;
    }
  };
  const auto& contents = asked.known != nullptr ? asked.known->contents : asked.own.contents;
  if (const auto* rule = fault_at(options_->faults, ticket.ordinal)) {
    strike(rule, 0);
    return fate;
  }
  for (std::size_t i = 0; i < contents.size(); ++i) {
    strike(fault_for(options_->faults, contents[i], ticket.attempts[i]), i);
  }
  return fate;
}

Reply CompletionsRoute::deliver(Asked& asked, const Call& call, Ticket& ticket) {
  const auto fate = fate_of(asked, ticket);
  const auto* effect = fate.whole == nullptr ? nullptr : &fate.whole->row->effect;
  auto rng = rng_for(options_->seed, ticket.ordinal, 1);
  LedgerLine line;
  line.fault = fate.name();
  HttpAnswer answer;
  answer.keep_alive = call.keep_alive;
  append_state(answer.headers, ticket);
  if (const auto* refusal = effect == nullptr ? nullptr : std::get_if<Refusal>(effect)) {
    answer.status = line.status = refusal->status;
    answer.content_type = refusal->content_type;
    answer.headers += refusal->headers;
    answer.body = refusal->body;
    bill(asked, ticket, line);
    return whole(answer);
  }
  compute(asked, call, fate, rng);
  const auto& said = asked.known != nullptr ? *asked.known : asked.own;
  line.status = 200;
  line.tokens_in = {said.prompt_tokens};
  line.tokens_out = {said.completion_tokens};
  line.cost = cost_of(options_->price, line.tokens_in, line.tokens_out);
  bill(asked, ticket, line);
  if (effect == nullptr) return whole(answer, said.body);
  answer.body = said.body;
  if (const auto* change = std::get_if<BodyFault>(effect)) (*change)(answer, rng);
  auto reply = whole(answer);
  if (const auto* script = std::get_if<DeliveryFault>(effect))
    reply.script = (*script)(answer, rng);
  return reply;
}

void CompletionsRoute::bill(const Asked& asked, const Ticket& ticket, LedgerLine line) {
  const auto& about = asked.known != nullptr ? *asked.known : asked.own;
  line.ordinal = ticket.ordinal;
  line.at = ticket.at;
  line.content = content_of(about.contents);
  if (about.contents.size() > 1) line.prompts = about.contents;
  line.model = about.model;
  if (!ticket.attempts.empty()) line.attempt = ticket.attempts.front();
  registry_->settle(line);
}

Reply CompletionsRoute::answer(const Call& call) {
  auto asked = ask(call);
  if (!asked) return refuse(asked.error(), call.moment, call.keep_alive);
  const auto& about = asked->known != nullptr ? *asked->known : asked->own;
  auto ticket = registry_->admit(call.key, about.contents, about.token_bound, call.moment.now);
  if (ticket.admission.verdict != Admission::Verdict::admitted) return limit(*asked, call, ticket);
  auto reply = deliver(*asked, call, ticket);
  auto rng = rng_for(options_->seed, ticket.ordinal, 2);
  reply.delay = draw(options_->latency, rng);
  reply.slot = std::move(ticket.slot);
  return reply;
}

}  // namespace assay::teacher

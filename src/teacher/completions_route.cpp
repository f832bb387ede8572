#include "teacher/completions_route.hpp"

#include "teacher/gzip.hpp"
#include "teacher/rate_headers.hpp"
#include "teacher/scene.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::teacher {

namespace {

Reply headed(const HttpAnswer& answer, std::size_t body_size) {
  Reply reply;
  append_head(reply.bytes, answer, body_size);
  reply.keep_alive = answer.keep_alive;
  return reply;
}
Reply whole(const HttpAnswer& answer, std::string_view body) {
  Reply reply = headed(answer, body.size());
  reply.bytes += body;
  return reply;
}
Reply whole(const HttpAnswer& answer) {
  return whole(answer, answer.body);
}
// Thousands may wait for their time: none has a copy of its own.
Reply whole(const HttpAnswer& answer, const KnownAnswer& known) {
  Reply reply = headed(answer, known.body.size());
  reply.kept = known.body;
  return reply;
}

void append_state(std::string& headers,
                  const Dialect& dialect,
                  const Ticket& ticket,
                  const Moment& moment) {
  fmt::format_to(std::back_inserter(headers), "x-request-id: req_{}\r\n", ticket.ordinal);
  RateState state{ticket.requests, ticket.tokens, std::nullopt, moment.unix_s};
  if (ticket.admission.verdict != Admission::Verdict::admitted)
    state.retry_after = ticket.admission.retry_after;
  append_rate_headers(headers, dialect.rates, state);
}

// A truncating provider takes what is longer than its context.
bool truncates(const FaultRule& rule) {
  return rule.name == "truncate-left" || rule.name == "truncate-right";
}
template <class Lies>
bool truncates(const Lies& lies) {
  return std::any_of(
      lies.begin(), lies.end(), [](const auto& lie) { return truncates(*lie.rule); });
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
      completer_(models, options.seed),
      may_truncate_(std::any_of(options.faults.rules.begin(),
                                options.faults.rules.end(),
                                [](const FaultRule& rule) { return truncates(rule); })) {}

Reply CompletionsRoute::refuse(const ApiError& error,
                               const Dialect& dialect,
                               const Moment& moment,
                               bool keep_alive) {
  const auto ticket = registry_->note(moment.now);
  LedgerLine line;
  line.ordinal = ticket.ordinal;
  line.at = ticket.at;
  line.status = error.status;
  line.refusal = error.code.value_or(error.type);
  registry_->settle(line);
  auto answer = answer_of(error, dialect.errors);
  answer.keep_alive = keep_alive;
  append_state(answer.headers, dialect, ticket, moment);
  return whole(answer);
}

// The model that the path names, or the first where none is named.
void CompletionsRoute::name_model(const Call& call, CompletionRequest& request) const {
  if (!call.place.model.empty()) request.model = call.place.model;
  if (request.model.empty()) request.model = options_->models.front().name;
}

bool CompletionsRoute::compresses(const Call& call) const {
  return call.accepts_gzip && options_->faults.rules.empty();
}

// The same body may be posted to several places, and be answered in two codings.
std::string_view CompletionsRoute::cache_key(const Call& call) {
  if (call.place.dialect == dialects().data() && !compresses(call)) return call.body;
  cache_key_.assign(call.place.dialect->name);
  cache_key_.append(call.place.rest).append("@").append(call.place.model);
  cache_key_.append(compresses(call) ? " gzip\n" : "\n");
  return cache_key_.append(call.body);
}

void CompletionsRoute::fit(CompletionRequest& request) const {
  if (!request.fit_max_tokens) return;
  std::int64_t longest = 0;
  for (const auto& prompt : request.prompts)
    longest = std::max(longest, static_cast<std::int64_t>(prompt.tokens.size()));
  const auto room = std::max<std::int64_t>(1, options_->context_tokens_max - longest);
  request.max_tokens = std::min(request.max_tokens, room);
}

std::expected<CompletionRequest, ApiError> CompletionsRoute::read(const Call& call) {
  auto request = call.place.route->read(*parser_, call.body);
  if (!request) return request;
  name_model(call, *request);
  fit(*request);
  if (completer_.model(request->model) == nullptr) {
    return std::unexpected(
        ApiError{404,
                 fmt::format("The model `{}` does not exist or you do not have access to it.",
                             request->model),
                 "invalid_request_error",
                 std::nullopt,
                 "model_not_found"});
  }
  if (request->logprobs) {
    request->logprobs = std::min(*request->logprobs, options_->alternatives_max);
  }
  if (auto error = too_long(*request); error && !may_truncate_) return std::unexpected(*error);
  return request;
}

std::optional<ApiError> CompletionsRoute::too_long(const CompletionRequest& request) const {
  for (const auto& prompt : request.prompts) {
    const auto wanted =
        static_cast<std::int64_t>(prompt.tokens.size()) + request.max_tokens + request.made_unseen;
    if (wanted <= options_->context_tokens_max) continue;
    return ApiError{
        400,
        fmt::format("This model's maximum context length is {} tokens, however you requested {} "
                    "tokens ({} in your prompt; {} "
                    "for the completion). Please reduce your prompt; or completion length.",
                    options_->context_tokens_max,
                    wanted,
                    prompt.tokens.size(),
                    request.max_tokens),
        "invalid_request_error",
        "prompt",
        "context_length_exceeded"};
  }
  return std::nullopt;
}

std::expected<CompletionsRoute::Asked, ApiError> CompletionsRoute::ask(const Call& call) {
  Asked asked;
  if (options_->precomputed) asked.known = cache_.find(cache_key(call));
  if (asked.known != nullptr) return asked;
  auto request = read(call);
  if (!request) return std::unexpected(request.error());
  asked.own.model = request->model;
  for (const auto& prompt : request->prompts) {
    asked.own.contents.push_back(content_digest(request->model, prompt.text));
    asked.own.token_bound += static_cast<std::int64_t>(prompt.tokens.size()) + request->max_tokens +
                             request->made_unseen;
  }
  asked.request = std::move(*request);
  return asked;
}

void CompletionsRoute::tell_lie(const Fate::Lie& lie,
                                Completion& completion,
                                const CompletionRequest& request,
                                const Ticket& ticket,
                                Rng& rng) {
  if (lie.prompt >= completion.choices.size()) return;  // an earlier lie took them away
  auto& choice = completion.choices[lie.prompt];
  const auto& effect = lie.rule->row->effect;
  if (const auto* simple = std::get_if<AnswerFault>(&effect)) {
    return (*simple)(completion, choice, rng);
  }
  const Scene scene{.request = request,
                    .prompt = request.prompts[lie.prompt],
                    .amount = lie.rule->amount,
                    .ordinal = ticket.ordinal,
                    .in_flight = ticket.in_flight,
                    .context_max = options_->context_tokens_max,
                    .rng = rng,
                    .completer = completer_,
                    .memory = memory_};
  std::get<SceneFault>(effect)(completion, choice, scene);
}

// Fills in the body. A lie is computed afresh and never kept.
void CompletionsRoute::compute(Asked& asked,
                               const Call& call,
                               const Fate& fate,
                               const Ticket& ticket) {
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
  auto rng = rng_for(options_->seed, ticket.ordinal, 3);
  for (const auto& lie : fate.lies) tell_lie(lie, completion, *asked.request, ticket, rng);
  call.place.route->write(asked.own.body, *asked.request, completion, *vocabulary_);
  if (asked.request->stream) asked.own.content_type = "text/event-stream";
  if (compresses(call)) asked.own.body = gzipped(asked.own.body);
  asked.known = nullptr;
  if (options_->precomputed && fate.lies.empty())
    asked.known = cache_.keep(cache_key(call), asked.own);
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
  error.retry_after = verdict.retry_after;
  const auto& dialect = *call.place.dialect;
  auto answer = answer_of(error, dialect.errors);
  answer.keep_alive = call.keep_alive;
  append_state(answer.headers, dialect, ticket, call.moment);
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
    if (rule->row->lies()) {
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
  append_state(answer.headers, *call.place.dialect, ticket, call.moment);
  if (const auto* refusal = effect == nullptr ? nullptr : std::get_if<Refusal>(effect)) {
    answer.status = line.status = refusal->status;
    answer.content_type = refusal->content_type;
    answer.headers += refusal->headers;
    answer.body = refusal->body;
    bill(asked, ticket, line);
    auto reply = whole(answer);
    reply.refused_stream = refusal->refuses_stream;
    return reply;
  }
  if (asked.request && may_truncate_) {
    const auto error = too_long(*asked.request);
    if (error && !truncates(fate.lies)) {
      line.status = error->status;
      line.fault = {};
      line.refusal = *error->code;
      bill(asked, ticket, line);
      auto refusal = answer_of(*error, call.place.dialect->errors);
      refusal.keep_alive = call.keep_alive;
      refusal.headers = answer.headers;
      return whole(refusal);
    }
  }
  compute(asked, call, fate, ticket);
  const auto& said = asked.known != nullptr ? *asked.known : asked.own;
  line.status = 200;
  line.tokens_in = {said.prompt_tokens};
  line.tokens_out = {said.completion_tokens};
  line.cost = cost_of(options_->price, line.tokens_in, line.tokens_out);
  bill(asked, ticket, line);
  answer.content_type = said.content_type;
  if (compresses(call)) answer.headers += "content-encoding: gzip\r\n";
  if (effect == nullptr && asked.known != nullptr) return whole(answer, *asked.known);
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

bool CompletionsRoute::is_down(Instant now) const {
  const auto time = registry_->since_start(now);
  return std::any_of(options_->outages.begin(), options_->outages.end(), [&](const Outage& outage) {
    return time >= outage.from && time < outage.from + outage.length;
  });
}

Reply CompletionsRoute::answer(const Call& call) {
  if (is_down(call.moment.now)) {
    const ApiError down{503, "The server is down for maintenance.", "server_error"};
    return refuse(down, *call.place.dialect, call.moment, call.keep_alive);
  }
  auto asked = ask(call);
  if (!asked) return refuse(asked.error(), *call.place.dialect, call.moment, call.keep_alive);
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

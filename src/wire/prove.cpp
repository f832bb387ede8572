#include "wire/prove.hpp"

#include "wire/answer.hpp"
#include "wire/template.hpp"
#include <assay/ensure.hpp>

#include <fmt/format.h>

#include <span>
#include <string>
#include <utility>

namespace assay::wire {
namespace {

// The BOS that the echo begins with and the prompt does not: the one the call names, or a known
// one. Empty: none.
std::string_view server_bos(const ScoreCall& call, const Prompt& prompt, const Echo& echo) {
  if (echo.tokens.empty() || echo.tokens.front().empty()) return {};
  const std::string_view first = echo.tokens.front();
  const bool is_bos = first == call.server_bos || bos_at(first) == first;
  return is_bos && !prompt.text.starts_with(first) ? first : std::string_view();
}

// Takes the server's own first token away, if it is there and the prompt did not ask for it.
// Returns how many tokens were taken.
std::int64_t take_server_bos(const ScoreCall& call,
                             const Prompt& prompt,
                             Echo& echo,
                             EchoRules& rules,
                             Scratch::Parts& parts) {
  const std::string_view bos = server_bos(call, prompt, echo);
  if (bos.empty()) return 0;
  const bool same_lengths = echo.log_probs.size() == echo.tokens.size() &&
                            (!echo.offsets || echo.offsets->size() == echo.tokens.size());
  if (!same_lengths) return 0;
  echo.tokens = echo.tokens.subspan(1);
  echo.log_probs = echo.log_probs.subspan(1);
  if (echo.text && echo.text->starts_with(bos)) echo.text->remove_prefix(bos.size());
  if (echo.offsets) {
    parts.offsets.erase(parts.offsets.begin());
    const std::int64_t shift = parts.offsets.empty() ? 0 : parts.offsets.front();
    for (std::int64_t& offset : parts.offsets) offset -= shift;
    echo.offsets = parts.offsets;
  }
  if (echo.prompt_tokens) --*echo.prompt_tokens;
  rules.first_entry = FirstEntry::anything;  // it has something before it now
  return 1;
}

Failure no_server_bos(std::string_view bos) {
  return make_failure(
      FailureClass::echo_mismatch,
      fmt::format("{} was left to the server, and its echo does not begin with it", bos));
}

// By the ids or by the text, as the prompt was sent.
std::expected<Alignment, EchoFault> lay_out(const Prompt& prompt,
                                            const Echo& echo,
                                            const EchoRules& rules,
                                            Scratch::Parts& parts) {
  if (prompt.ids.empty()) return align(prompt, echo, rules, parts.columns);
  const IdEcho by_id{.ids = parts.ids,
                     .tokens = echo.tokens,
                     .log_probs = echo.log_probs,
                     .prompt_tokens = echo.prompt_tokens};
  return align_ids(prompt, by_id, rules.first_entry, parts.columns);
}

// One place of a list of alternatives, in any of the forms in use: {"text":value},
// {"id":{"logprob":value,"decoded_token":"text"}}, [[value,id,"text"]]. What has no text or no
// value is left out.
std::vector<Alternative> read_alternatives(Json place) {
  std::vector<Alternative> found;
  const auto add = [&found](std::string_view text, Json value) {
    const LogProbEntry entry = entry_of(value);
    if (entry.kind == LogProbEntry::Kind::number) found.push_back({std::string(text), entry.nats});
  };
  simdjson::dom::object object;
  if (place.get(object) == simdjson::SUCCESS) {
    for (const auto field : object) {
      std::string_view text = field.key;
      Json value = field.value;
      if (value.is_object()) {
        if (value["decoded_token"].get(text) != simdjson::SUCCESS) continue;
        if (field.value["logprob"].get(value) != simdjson::SUCCESS) continue;
      }
      add(text, value);
    }
    return found;
  }
  simdjson::dom::array list;
  if (place.get(list) != simdjson::SUCCESS) return found;
  for (const Json item : list) {
    simdjson::dom::array triple;
    std::string_view text;
    if (item.get(triple) != simdjson::SUCCESS || triple.size() < 3) continue;
    if (triple.at(2).get(text) == simdjson::SUCCESS) add(text, triple.at(0).value_unsafe());
  }
  return found;
}

// The tokens as the columns hold them after alignment. `skipped` places of the lists stand before
// the first token.
std::vector<TokenReading> list_tokens(const Scratch::Parts& parts, std::size_t skipped) {
  const EchoColumns& columns = parts.columns;
  std::vector<TokenReading> tokens(columns.ends.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    tokens[i].begin = i == 0 ? 0 : columns.ends[i - 1];
    tokens[i].end = columns.ends[i];
    if (i > 0) tokens[i].nats = columns.nats[i - 1];
    if (i + skipped < parts.alternatives.size()) {
      tokens[i].alternatives = read_alternatives(parts.alternatives[i + skipped]);
    }
  }
  return tokens;
}

}  // namespace

Failure no_response() {
  return make_failure(FailureClass::invalid_input, "the response is empty");
}

Failure not_neutral() {
  return make_failure(FailureClass::invalid_input,
                      "asked for under changed sampling: a probe of the server, never a score");
}

PromptReading failed_reading(Failure failure) {
  return {
      .outcome = std::move(failure), .token_log_probs = {}, .straddled_token = {}, .tokens = {}};
}

Proof prove(const ScoreCall& call,
            std::size_t index,
            Echo echo,
            EchoRules rules,
            AnswerFacts facts,
            Scratch::Parts& parts) {
  const Prompt& prompt = call.prompts[index];
  const bool by_ids = !prompt.ids.empty();
  const std::int64_t bos_tokens = by_ids ? 0 : take_server_bos(call, prompt, echo, rules, parts);
  if (!by_ids && bos_tokens == 0 && !call.server_bos.empty() && !rules.bos_hidden) {
    return {failed_reading(no_server_bos(call.server_bos))};
  }
  auto aligned = lay_out(prompt, echo, rules, parts);
  // A straddled token is found with all values read, or before any was.
  const bool has_values = parts.columns.nats.size() + 1 == parts.columns.ends.size();
  const bool covered =
      !by_ids && has_values &&
      (aligned || aligned.error().failure.cls == FailureClass::boundary_inside_token);
  std::vector<TokenReading> tokens;
  if (covered && call.detail == TokenDetail::listed) {
    tokens = list_tokens(parts, static_cast<std::size_t>(bos_tokens));
  }
  const auto failed = [&tokens](Failure failure) {
    Proof proof{.reading = failed_reading(std::move(failure))};
    proof.reading.tokens = std::move(tokens);
    return proof;
  };
  if (!aligned) {
    Proof proof = failed(std::move(aligned.error().failure));
    proof.reading.straddled_token = std::move(aligned.error().straddled_token);
    return proof;
  }
  if (!call.sampling.is_neutral()) return failed(not_neutral());
  if (aligned->response_begin >= aligned->prompt_tokens) return failed(no_response());
  Certificate::Draft draft(by_ids ? Method::ids : Method::echo);
  draft.set(Check::model, facts.model);
  // What a token without its bytes stands for is this provider's word only: not reported.
  draft.set(Check::complete, aligned->unshown == 0 ? facts.complete : Verdict::not_reported);
  draft.set(Check::neutral_sampling, Verdict::proved);
  const auto nats =
      std::span<const double>(parts.columns.nats).subspan(aligned->response_begin - 1);
  auto score = certify(nats, draft);
  if (!score) return failed(std::move(score.error()));
  Proof proof{.reading = {.outcome = *std::move(score),
                          .token_log_probs = {},
                          .straddled_token = {},
                          .tokens = std::move(tokens)},
              .prompt_tokens = static_cast<std::int64_t>(aligned->prompt_tokens) + bos_tokens};
  if (call.detail != TokenDetail::left_out) {
    ensure(index < parts.details.size(), "details has room for each prompt");
    std::string& digits = parts.details[index];
    digits.clear();
    append_token_log_probs(digits, nats);
    proof.reading.token_log_probs = digits;
  }
  return proof;
}

}  // namespace assay::wire

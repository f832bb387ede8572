// vLLM's OpenAI server: completions with echo, and its own `prompt_logprobs`.
// Quirks: adds special tokens to a text prompt unless told not to; `prompt_logprobs` keeps the text
// of the tokens in `decoded_token`, where a fragment of UTF-8 is U+FFFD; an entry may list
// alternatives. Source: providers.md, section 3.9 (as of 2026-11-20).

#include "core/json_text.hpp"
#include "wire/answer.hpp"
#include "wire/choices.hpp"
#include "wire/completions_dialect.hpp"
#include "wire/dialect_table.hpp"
#include "wire/tokenization.hpp"

#include <fmt/format.h>

#include <charconv>

namespace assay::wire {
namespace {

constexpr CompletionsForm form{.extra_fields = R"(,"add_special_tokens":false)"};

using Functions = CompletionsDialect<form>;

// prompt_logprobs 0 asks for each prompt token's own value and no alternatives. The BOS that the
// server adds takes the first place, whose text is never shown, so that the shown ones cover the
// whole prompt.
void append_prompt_body(std::string& out, const ScoreCall& call) {
  append_model_and_prompts(out, call);
  out += R"(,"max_tokens":)";
  append_json_number(out, std::int64_t{call.max_tokens});
  out += R"(,"prompt_logprobs":0)";
  append_sampling(out, call.sampling);
  out += R"(,"n":1,"stream":false,"add_special_tokens":true})";
}

struct OwnValue {
  std::optional<std::int64_t> id;
  Json value;
};

std::optional<std::int64_t> id_of(std::string_view key) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
  if (error != std::errc{} || end != key.data() + key.size()) return std::nullopt;
  return id;
}

// The value of the prompt's own token: the one that was sent, else the only one.
std::optional<OwnValue> own_value(simdjson::dom::object by_id,
                                  std::size_t place,
                                  std::span<const std::int64_t> sent) {
  if (by_id.size() == 0) return std::nullopt;
  for (const auto field : by_id) {
    const auto id = id_of(field.key);
    if (place < sent.size() && id == sent[place]) return OwnValue{id, field.value};
  }
  if (by_id.size() != 1) return std::nullopt;
  const auto only = *by_id.begin();
  return OwnValue{id_of(only.key), only.value};
}

// {"<id>":{"logprob":...,"decoded_token":"..."}} with one id, since no alternatives were asked for.
std::expected<void, Failure> read_prompt_entry(Json item, Scratch::Parts& parts) {
  simdjson::dom::object by_id;
  const std::size_t place = parts.tokens.size();
  if (item.get(by_id) != simdjson::SUCCESS) {
    parts.ids.emplace_back();
    add_token(
        parts, "", {item.is_null() ? LogProbEntry::Kind::null : LogProbEntry::Kind::other, 0.0});
    return {};
  }
  const auto own = own_value(by_id, place, parts.sent_ids);
  if (!own) {
    return std::unexpected(malformed(fmt::format(
        "entry {} of prompt_logprobs has {} values for one token", place, by_id.size())));
  }
  constexpr std::array<std::string_view, 2> names{"logprob", "decoded_token"};
  const auto value = pick(own->value, names, "an entry of prompt_logprobs");
  if (!value) return std::unexpected(value.error());
  const auto text = text_of((*value)[1]);
  if ((!text && parts.sent_ids.empty()) || !(*value)[0]) {
    return std::unexpected(malformed("an entry of prompt_logprobs lacks logprob or decoded_token"));
  }
  parts.ids.push_back(own->id);
  add_token(parts, text.value_or(""), entry_of(*(*value)[0]));
  return {};
}

std::expected<Echo, Failure> read_prompt_echo(Json choice, Scratch::Parts& parts) {
  const auto fields = pick(choice, std::array<std::string_view, 1>{"prompt_logprobs"}, "a choice");
  if (!fields) return std::unexpected(fields.error());
  if (is_missing((*fields)[0])) {
    return std::unexpected(
        make_failure(FailureClass::missing_logprob, "the choice has no prompt_logprobs"));
  }
  simdjson::dom::array list;
  if ((*fields)[0]->get(list) != simdjson::SUCCESS) {
    return std::unexpected(malformed("prompt_logprobs is no list"));
  }
  clear_columns(parts);
  for (const Json item : list) {
    if (auto read = read_prompt_entry(item, parts); !read) return std::unexpected(read.error());
  }
  return echo_of(parts);
}

void read_prompt_score(const ScoreCall& call,
                       const AnswerView& answer,
                       Scratch& scratch,
                       Reading& reading) {
  const ChoiceFormat format{.read_echo = read_prompt_echo,
                            .rules = {.first_entry = FirstEntry::null_only,
                                      .max_tokens = 0,
                                      .bos_hidden = true,
                                      .decoded_apart = true},
                            .error_rules = {}};
  read_choice_answer(call, answer, format, scratch, reading);
}

// Ids go by prompt_logprobs, whose answer names them; a text goes by the echo, which shows the
// first token's text too.
void append_body(std::string& out, const ScoreCall& call) {
  if (call.prompts.front().ids.empty()) return Functions::append_body(out, call);
  append_prompt_body(out, call);
}

void read_score(const ScoreCall& call,
                const AnswerView& answer,
                Scratch& scratch,
                Reading& reading) {
  if (!call.prompts.front().ids.empty()) return read_prompt_score(call, answer, scratch, reading);
  Functions::read_score(call, answer, scratch, reading);
}

constexpr Capabilities capabilities{.can_score = true,
                                    .can_generate = true,
                                    .ids_in = true,
                                    .prompts_max = 1024,
                                    .top_k_max = 20,
                                    .first_entry = FirstEntry::null_only};

constexpr Capabilities prompt_capabilities = [] {
  Capabilities can = capabilities;
  can.adds_bos = true;
  return can;
}();

}  // namespace

constexpr Dialect vllm_dialect{
    .name = "vllm",
    .can = capabilities,
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = "/completions",
    .instead = {},
    .max_tokens = 1,
    .append_body = append_body,
    .read_score = read_score,
    .generate_path = "/completions",
    .append_generation = Functions::append_generation,
    .read_generation = Functions::read_generation,
    .tokenize_path = "/tokenize",
    .append_tokenize = append_tokenize,
};

constexpr Dialect vllm_prompt_dialect{
    .name = "vllm-prompt-logprobs",
    .can = prompt_capabilities,
    .auth = {"authorization", "Bearer "},
    .fields = {},
    .score_path = "/completions",
    .instead = {},
    .max_tokens = 1,
    .append_body = append_prompt_body,
    .read_score = read_prompt_score,
    .generate_path = "/completions",
    .append_generation = Functions::append_generation,
    .read_generation = Functions::read_generation,
    .tokenize_path = "/tokenize",
    .append_tokenize = append_tokenize,
};

}  // namespace assay::wire

#include "wire/answer.hpp"

#include "core/json_text.hpp"
#include "wire/hints.hpp"
#include "wire/prove.hpp"

#include <fmt/format.h>

namespace assay::wire {
namespace {

std::expected<std::optional<TokenCount>, Failure> read_count(const std::optional<Json>& value,
                                                             std::string_view name) {
  if (is_missing(value)) return std::nullopt;
  const auto count = integer_of(value);
  if (count && *count >= 0) return TokenCount{*count};
  return std::unexpected(malformed(fmt::format("usage.{} is not a count", name)));
}

}  // namespace

void fail_all(const ScoreCall& call, const Failure& failure, Reading& reading) {
  reading.prompts.clear();
  for (std::size_t i = 0; i < call.prompts.size(); ++i) {
    reading.prompts.push_back(failed_reading(failure));
  }
}

void begin_reading(const AnswerView& answer, Reading& reading) {
  reading.prompts.clear();
  reading.usage = {};
  reading.served_model.clear();
  reading.fingerprint.clear();
  reading.observation = observe(answer.status, *answer.headers);
}

std::expected<Json, Refusal> open_answer(const AnswerView& answer,
                                         std::span<const ErrorRule> error_rules,
                                         simdjson::dom::parser& parser) {
  if (answer.status != 200) return std::unexpected(read_refusal(answer, parser, error_rules));
  auto root = parse_answer(parser, answer.body);
  if (!root) {
    return std::unexpected(
        Refusal{std::move(root.error()), observe(answer.status, *answer.headers)});
  }
  if (const auto error = remote_error(*root)) {
    return std::unexpected(read_refusal(answer, *error, error_rules));
  }
  return *root;
}

std::optional<Json> begin_answer(const ScoreCall& call,
                                 const AnswerView& answer,
                                 std::span<const ErrorRule> error_rules,
                                 simdjson::dom::parser& parser,
                                 Reading& reading) {
  begin_reading(answer, reading);
  const auto root = open_answer(answer, error_rules, parser);
  if (root) return *root;
  fail_all(call, root.error().failure, reading);
  reading.observation = root.error().observation;
  reading.observation.status = answer.status;
  return std::nullopt;
}

void append_prompts(std::string& out, const ScoreCall& call) {
  const bool several = call.prompts.size() > 1;
  if (several) out += '[';
  for (std::size_t i = 0; i < call.prompts.size(); ++i) {
    if (i > 0) out += ',';
    append_prompt(out, call.prompts[i]);
  }
  if (several) out += ']';
}

void append_model_and_prompts(std::string& out, const ScoreCall& call) {
  // Room for a plain request at once: a text that grows by doubling is copied as it does.
  constexpr std::size_t beside_prompts = 512;
  std::size_t bytes = beside_prompts;
  for (const Prompt& prompt : call.prompts) bytes += prompt.text.size() + prompt.text.size() / 16;
  out.reserve(out.size() + bytes);
  out += R"({"model":)";
  append_json_string(out, call.model);
  out += R"(,"prompt":)";
  append_prompts(out, call);
}

void append_prompt(std::string& out, const Prompt& prompt) {
  if (!prompt.ids.empty()) return append_ids(out, prompt.ids);
  if (prompt.json.empty()) return append_json_string(out, prompt.text);
  out += prompt.json;
}

void append_ids(std::string& out, std::span<const std::int64_t> ids) {
  out += '[';
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i > 0) out += ',';
    append_json_number(out, ids[i]);
  }
  out += ']';
}

void append_sampling(std::string& out, const Sampling& sampling) {
  out += R"(,"temperature":)";
  append_json_number(out, sampling.temperature);
  out += R"(,"top_p":)";
  append_json_number(out, sampling.top_p);
  if (!sampling.top_k) return;
  out += R"(,"top_k":)";
  append_json_number(out, std::int64_t{*sampling.top_k});
}

std::expected<Usage, Failure> read_usage(const std::optional<Json>& value) {
  if (is_missing(value)) return Usage{};
  constexpr std::array<std::string_view, 2> names{"prompt_tokens", "completion_tokens"};
  const auto fields = pick(*value, names, "usage");
  if (!fields) return std::unexpected(fields.error());
  const auto input = read_count((*fields)[0], names[0]);
  if (!input) return std::unexpected(input.error());
  const auto output = read_count((*fields)[1], names[1]);
  if (!output) return std::unexpected(output.error());
  return Usage{.input = *input, .output = *output};
}

std::expected<Verdict, Failure> check_model(const ModelNames& names,
                                            std::string_view served_model) {
  if (served_model.empty()) return Verdict::not_reported;
  if (served_model == names.asked) return Verdict::proved;
  if (!names.served_as.empty() && served_model == names.served_as) return Verdict::proved;
  return std::unexpected(
      make_failure(FailureClass::model_mismatch,
                   fmt::format("asked for {}, served by {}", names.asked, served_model)));
}

std::optional<Failure> check_finish(std::string_view finish_reason) {
  if (finish_reason == "error" || finish_reason == "abort") {
    return make_failure(FailureClass::server_error,
                        fmt::format("the answer ended with finish_reason {}", finish_reason));
  }
  if (finish_reason == "content_filter") {
    return make_failure(FailureClass::content_filtered, "the answer ended with content_filter");
  }
  return std::nullopt;
}

LogProbEntry entry_of(Json value) {
  double nats = 0.0;
  if (value.is_null()) return {LogProbEntry::Kind::null, 0.0};
  if (value.is_number() && value.get(nats) == simdjson::SUCCESS) {
    return {LogProbEntry::Kind::number, nats};
  }
  return {LogProbEntry::Kind::other, 0.0};
}

void append_token_log_probs(std::string& out, std::span<const double> nats) {
  for (std::size_t i = 0; i < nats.size(); ++i) {
    if (i > 0) out += ',';
    append_json_number(out, nats[i]);
  }
}

}  // namespace assay::wire

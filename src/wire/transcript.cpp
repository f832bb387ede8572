#include "wire/transcript.hpp"

#include "wire/answer.hpp"
#include "wire/scratch_parts.hpp"

#include <algorithm>
#include <array>

namespace assay::wire {
namespace {

template <class T>
std::expected<T, Failure> wrong(std::string_view what) {
  return std::unexpected(malformed(what));
}

std::expected<std::vector<Alternative>, Failure> read_alternatives(Json place) {
  std::vector<Alternative> likely;
  if (place.is_null()) return likely;
  simdjson::dom::object object;
  if (place.get(object) != simdjson::SUCCESS) {
    return wrong<std::vector<Alternative>>("an entry of top_logprobs is no object");
  }
  for (const auto field : object) {
    double nats = 0.0;
    if (!field.value.is_number() || field.value.get(nats) != simdjson::SUCCESS) {
      return wrong<std::vector<Alternative>>("an alternative's log-prob is no number");
    }
    likely.push_back({.text = std::string(field.key), .nats = nats});
  }
  return likely;
}

std::optional<double> number_of(Json value) {
  double nats = 0.0;
  if (!value.is_number() || value.get(nats) != simdjson::SUCCESS) return std::nullopt;
  return nats;
}

std::expected<simdjson::dom::array, Failure> list_of(const std::optional<Json>& value,
                                                     std::string_view name) {
  simdjson::dom::array list;
  if (is_missing(value) || value->get(list) != simdjson::SUCCESS) {
    return wrong<simdjson::dom::array>(std::string(name) + " is no list");
  }
  return list;
}

std::expected<void, Failure> read_tokens(Json log_probs, std::vector<TranscriptToken>& out) {
  constexpr std::array<std::string_view, 3> names{"tokens", "token_logprobs", "top_logprobs"};
  const auto fields = pick(log_probs, names, "logprobs");
  if (!fields) return std::unexpected(fields.error());
  const auto tokens = list_of((*fields)[0], names[0]);
  if (!tokens) return std::unexpected(tokens.error());
  const auto values = list_of((*fields)[1], names[1]);
  if (!values) return std::unexpected(values.error());
  if (tokens->size() != values->size()) return wrong<void>("tokens and token_logprobs differ");
  const std::size_t first = out.size();
  auto value = values->begin();
  for (const Json token : *tokens) {
    const auto text = text_of(token);
    if (!text) return wrong<void>("a token is not a string");
    out.push_back({.text = std::string(*text), .nats = number_of(*value), .likely = {}});
    ++value;
  }
  if (is_missing((*fields)[2])) return {};
  const auto places = list_of((*fields)[2], names[2]);
  if (!places) return std::unexpected(places.error());
  if (places->size() != tokens->size()) return wrong<void>("tokens and top_logprobs differ");
  std::size_t at = first;
  for (const Json place : *places) {
    auto likely = read_alternatives(place);
    if (!likely) return std::unexpected(likely.error());
    out[at++].likely = std::move(*likely);
  }
  return {};
}

std::expected<void, Failure> read_choice(Json value, Transcript& out) {
  constexpr std::array<std::string_view, 4> names{"index", "text", "logprobs", "finish_reason"};
  const auto fields = pick(value, names, "a choice");
  if (!fields) return std::unexpected(fields.error());
  constexpr std::int64_t choices_max = 4096;
  const std::int64_t index = is_missing((*fields)[0]) ? 0 : integer_of((*fields)[0]).value_or(-1);
  if (index < 0 || index >= choices_max) return wrong<void>("a choice has no index");
  if (out.choices.size() <= static_cast<std::size_t>(index)) {
    out.choices.resize(static_cast<std::size_t>(index) + 1);
  }
  TranscriptChoice& choice = out.choices[static_cast<std::size_t>(index)];
  choice.text += text_of((*fields)[1]).value_or("");
  if (const auto reason = text_of((*fields)[3])) choice.finish_reason = *reason;
  if (is_missing((*fields)[2])) return {};
  return read_tokens(*(*fields)[2], choice.tokens);
}

std::expected<void, Failure> read_document(Json root, Transcript& out) {
  constexpr std::array<std::string_view, 3> names{"choices", "usage", "system_fingerprint"};
  const auto fields = pick(root, names, "the answer");
  if (!fields) return std::unexpected(fields.error());
  if (const auto fingerprint = text_of((*fields)[2])) out.fingerprint = *fingerprint;
  if (!is_missing((*fields)[1])) {
    const auto usage = read_usage((*fields)[1]);
    if (!usage) return std::unexpected(usage.error());
    out.usage = *usage;
  }
  const auto choices = list_of((*fields)[0], names[0]);
  if (!choices) return std::unexpected(choices.error());
  for (const Json choice : *choices) {
    if (auto read = read_choice(choice, out); !read) return read;
  }
  return {};
}

std::expected<void, Failure> read_text(const AnswerView& answer,
                                       std::string_view text,
                                       simdjson::dom::parser& parser,
                                       Transcript& out) {
  const auto root = parse_answer(parser, text);
  if (!root) return std::unexpected(root.error());
  if (const auto error = remote_error(*root)) {
    return std::unexpected(read_refusal(answer, *error, {}).failure);
  }
  return read_document(*root, out);
}

// The events of a stream; the parser wants padding, so each is copied.
std::expected<void, Failure> read_stream(const AnswerView& answer,
                                         simdjson::dom::parser& parser,
                                         Transcript& out) {
  std::string_view rest = answer.body;
  std::string event;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.starts_with("data:")) continue;
    line.remove_prefix(5);
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (line == "[DONE]") break;
    event.assign(line);
    event.append(body_padding, '\0');
    const std::string_view text(event.data(), line.size());
    if (auto read = read_text(answer, text, parser, out); !read) return read;
  }
  return {};
}

}  // namespace

std::expected<Transcript, Failure> read_transcript(const AnswerView& answer, Scratch& scratch) {
  simdjson::dom::parser& parser = scratch.parts().parser;
  if (answer.status != 200) return std::unexpected(read_refusal(answer, parser, {}).failure);
  Transcript transcript;
  const bool streamed = answer.body.starts_with("data:");
  auto read = streamed ? read_stream(answer, parser, transcript)
                       : read_text(answer, answer.body, parser, transcript);
  if (!read) return std::unexpected(read.error());
  if (transcript.choices.empty()) return wrong<Transcript>("the answer has no choices");
  return transcript;
}

}  // namespace assay::wire

#include "teacher/request_fields.hpp"

#include <fmt/format.h>

namespace assay::teacher {

namespace {

using simdjson::dom::array;

constexpr std::size_t prompts_max = 2048;  // OpenAI's bound on an array of prompts

Verdict read_text(const Element& value, const Vocabulary& vocabulary, Prompt& prompt) {
  auto verdict = read_string(value, prompt.text);
  if (verdict) vocabulary.encode(prompt.text, prompt.tokens);
  return verdict;
}

Verdict read_ids(const array& ids, const Vocabulary& vocabulary, Prompt& prompt) {
  prompt.by_ids = true;
  for (const auto entry : ids) {
    std::uint64_t id = 0;
    if (!entry.is<std::uint64_t>() || entry.get(id) != simdjson::SUCCESS)
      return no("holds an id that is no integer");
    if (id >= vocabulary.size())
      return no(fmt::format("holds the id {}; ids end before {}", id, vocabulary.size()));
    prompt.tokens.push_back(static_cast<TokenId>(id));
  }
  prompt.text = vocabulary.decode(prompt.tokens);
  return {};
}

const RequestField shared_fields[] = {
    {"model", [](const Element& v, FieldContext& c) { return read_string(v, c.request.model); }},
    {"max_tokens",
     [](const Element& v, FieldContext& c) {
       return read_integer(v, 0, 1'000'000, c.request.max_tokens);
     }},
    {"echo", [](const Element& v, FieldContext& c) { return read_bool(v, c.request.echo); }},
    {"temperature",
     [](const Element& v, FieldContext& c) {
       return read_number(v, 0, 2, c.request.sampling.temperature);
     }},
    {"top_p",
     [](const Element& v, FieldContext& c) {
       return read_number(v, 1e-6, 1, c.request.sampling.top_p);
     }},
    {"stop", [](const Element& v, FieldContext& c) { return read_stop(v, c.request.stop); }},
    {"seed", [](const Element& v, FieldContext& c) { return read_seed(v, c.request.seed); }},
    {"stream", [](const Element& v, FieldContext& c) { return read_bool(v, c.request.stream); }},
    {"n", [](const Element& v, FieldContext&) { return neutral(v, 1); }},
    {"best_of", [](const Element& v, FieldContext&) { return neutral(v, 1); }},
    {"presence_penalty", [](const Element& v, FieldContext&) { return neutral(v, 0); }},
    {"frequency_penalty", [](const Element& v, FieldContext&) { return neutral(v, 0); }},
    {"user", [](const Element& v, FieldContext&) { return any_string(v); }},
};

}  // namespace

std::unexpected<std::string> no(std::string sentence) {
  return std::unexpected(std::move(sentence));
}

Verdict read_integer(const Element& value,
                     std::int64_t least,
                     std::int64_t most,
                     std::int64_t& out) {
  std::int64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS || !value.is<std::int64_t>())
    return no("is not an integer");
  if (number < least || number > most)
    return no(fmt::format("is {}, not from {} to {}", number, least, most));
  out = number;
  return {};
}

Verdict read_number(const Element& value, double least, double most, double& out) {
  double number = 0;
  if (!value.is_number() || value.get(number) != simdjson::SUCCESS) return no("is not a number");
  if (!(number >= least && number <= most))
    return no(fmt::format("is {}, not from {} to {}", number, least, most));
  out = number;
  return {};
}

Verdict read_bool(const Element& value, bool& out) {
  return value.get(out) == simdjson::SUCCESS ? Verdict{} : no("is neither true nor false");
}

Verdict read_string(const Element& value, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return no("is not a string");
  out = text;
  return {};
}

Verdict read_seed(const Element& value, std::optional<std::uint64_t>& out) {
  std::int64_t seed = 0;
  auto verdict = read_integer(value, INT64_MIN, INT64_MAX, seed);
  out = static_cast<std::uint64_t>(seed);
  return verdict;
}

Verdict read_stop(const Element& value, std::vector<std::string>& out) {
  if (value.is_string()) return read_string(value, out.emplace_back());
  array entries;
  if (value.get(entries) != simdjson::SUCCESS || entries.size() > 4)
    return no("is neither a string nor at most four");
  for (const auto entry : entries) {
    if (auto verdict = read_string(entry, out.emplace_back()); !verdict) return verdict;
  }
  return {};
}

Verdict neutral(const Element& value, double wanted) {
  double number = 0;
  if (value.is_number() && value.get(number) == simdjson::SUCCESS && number == wanted) return {};
  return no(fmt::format("is supported at {} only", wanted));
}

Verdict only_false(const Element& value) {
  bool given = false;
  auto verdict = read_bool(value, given);
  return verdict && given ? no("is supported at false only") : verdict;
}

Verdict any_string(const Element& value) {
  std::string ignored;
  return read_string(value, ignored);
}

Verdict read_prompts(const Element& value, FieldContext& context) {
  auto& out = context.request.prompts;
  const auto& vocabulary = context.vocabulary;
  if (value.is_string()) return read_text(value, vocabulary, out.emplace_back());
  array entries;
  if (value.get(entries) != simdjson::SUCCESS) return no("is neither a string nor an array");
  if (entries.size() == 0) return no("is an empty array");
  if (entries.at(0).value_unsafe().is<std::uint64_t>())
    return read_ids(entries, vocabulary, out.emplace_back());
  if (entries.size() > prompts_max)
    return no(fmt::format("holds more than {} prompts", prompts_max));
  context.request.many = true;
  for (const auto entry : entries) {
    array ids;
    auto verdict = entry.is_string() ? read_text(entry, vocabulary, out.emplace_back())
                   : entry.get(ids) == simdjson::SUCCESS
                       ? read_ids(ids, vocabulary, out.emplace_back())
                       : no("holds something that is no prompt");
    if (!verdict) return verdict;
  }
  return {};
}

Verdict read_one_text(const Element& value, FieldContext& context) {
  return read_text(value, context.vocabulary, context.request.prompts.emplace_back());
}

std::span<const RequestField> common_fields() {
  return shared_fields;
}

Verdict read_object(const Element& value,
                    std::span<const RequestField> rows,
                    FieldContext& context) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return no("is not an object");
  for (const auto field : object) {
    if (field.value.is_null()) continue;
    const auto row = std::find_if(
        rows.begin(), rows.end(), [&](const RequestField& r) { return r.name == field.key; });
    if (row == rows.end()) return no(fmt::format("holds '{}', which is not known here", field.key));
    if (auto verdict = row->read(field.value, context); !verdict)
      return no(fmt::format("holds '{}', which {}", field.key, verdict.error()));
  }
  return {};
}

ApiError bad_request(std::string message, std::optional<std::string> param) {
  return {400, std::move(message), "invalid_request_error", std::move(param), std::nullopt};
}

}  // namespace assay::teacher

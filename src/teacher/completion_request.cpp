#include "teacher/completion_request.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

namespace assay::teacher {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t prompts_max = 2048;  // OpenAI's bound on an array of prompts

// A field's refusal is its sentence; the field's name is added where the table is walked.
using Verdict = std::expected<void, std::string>;
std::unexpected<std::string> no(std::string sentence) {
  return std::unexpected(std::move(sentence));
}

Verdict read_integer(const element& value,
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

Verdict read_number(const element& value, double least, double most, double& out) {
  double number = 0;
  if (!value.is_number() || value.get(number) != simdjson::SUCCESS) return no("is not a number");
  if (!(number >= least && number <= most))
    return no(fmt::format("is {}, not from {} to {}", number, least, most));
  out = number;
  return {};
}

Verdict read_bool(const element& value, bool& out) {
  return value.get(out) == simdjson::SUCCESS ? Verdict{} : no("is neither true nor false");
}

Verdict read_string(const element& value, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return no("is not a string");
  out = text;
  return {};
}

class PromptReader {
 public:
  explicit PromptReader(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  Verdict read(const element& value, std::vector<Prompt>& out) const {
    if (value.is_string()) return read_text(value, out.emplace_back());
    array entries;
    if (value.get(entries) != simdjson::SUCCESS) return no("is neither a string nor an array");
    if (entries.size() == 0) return no("is an empty array");
    if (entries.at(0).value_unsafe().is<std::uint64_t>())
      return read_ids(entries, out.emplace_back());
    if (entries.size() > prompts_max)
      return no(fmt::format("holds more than {} prompts", prompts_max));
    for (const auto entry : entries) {
      array ids;
      auto verdict = entry.is_string() ? read_text(entry, out.emplace_back())
                     : entry.get(ids) == simdjson::SUCCESS
                         ? read_ids(ids, out.emplace_back())
                         : no("holds something that is no prompt");
      if (!verdict) return verdict;
    }
    return {};
  }

 private:
  Verdict read_text(const element& value, Prompt& prompt) const {
    auto verdict = read_string(value, prompt.text);
    if (verdict) vocabulary_.encode(prompt.text, prompt.tokens);
    return verdict;
  }

  Verdict read_ids(const array& ids, Prompt& prompt) const {
    for (const auto entry : ids) {
      std::uint64_t id = 0;
      if (!entry.is<std::uint64_t>() || entry.get(id) != simdjson::SUCCESS)
        return no("holds an id that is no integer");
      if (id >= vocabulary_.size())
        return no(fmt::format("holds the id {}; ids end before {}", id, vocabulary_.size()));
      prompt.tokens.push_back(static_cast<TokenId>(id));
    }
    prompt.text = vocabulary_.decode(prompt.tokens);
    return {};
  }

  const Vocabulary& vocabulary_;
};

Verdict read_stop(const element& value, std::vector<std::string>& out) {
  if (value.is_string()) return read_string(value, out.emplace_back());
  array entries;
  if (value.get(entries) != simdjson::SUCCESS || entries.size() > 4)
    return no("is neither a string nor at most four");
  for (const auto entry : entries) {
    if (auto verdict = read_string(entry, out.emplace_back()); !verdict) return verdict;
  }
  return {};
}

// A parameter that would change what is measured is taken only at the value that does not.
Verdict neutral(const element& value, double wanted) {
  double number = 0;
  if (value.is_number() && value.get(number) == simdjson::SUCCESS && number == wanted) return {};
  return no(fmt::format("is supported at {} only", wanted));
}

struct Context {
  const Vocabulary& vocabulary;
  CompletionRequest& request;
};
struct Field {
  std::string_view name;
  Verdict (*read)(const element&, Context&);
};

constexpr Field completion_fields[] = {
    {"model", [](const element& v, Context& c) { return read_string(v, c.request.model); }},
    {"prompt",
     [](const element& v, Context& c) {
       return PromptReader(c.vocabulary).read(v, c.request.prompts);
     }},
    {"max_tokens",
     [](const element& v, Context& c) {
       return read_integer(v, 0, 1'000'000, c.request.max_tokens);
     }},
    {"echo", [](const element& v, Context& c) { return read_bool(v, c.request.echo); }},
    {"logprobs",
     [](const element& v, Context& c) {
       return read_integer(v, 0, 5, c.request.logprobs.emplace());
     }},
    {"temperature",
     [](const element& v, Context& c) { return read_number(v, 0, 2, c.request.temperature); }},
    {"stop", [](const element& v, Context& c) { return read_stop(v, c.request.stop); }},
    {"seed",
     [](const element& v, Context& c) -> Verdict {
       std::int64_t seed = 0;
       auto verdict = read_integer(v, INT64_MIN, INT64_MAX, seed);
       c.request.seed = static_cast<std::uint64_t>(seed);
       return verdict;
     }},
    {"stream",
     [](const element& v, Context&) -> Verdict {
       bool stream = false;
       auto verdict = read_bool(v, stream);
       return verdict && stream ? no("is supported at false only") : verdict;
     }},
    {"n", [](const element& v, Context&) { return neutral(v, 1); }},
    {"best_of", [](const element& v, Context&) { return neutral(v, 1); }},
    {"top_p",
     [](const element& v, Context& c) { return read_number(v, 1e-6, 1, c.request.top_p); }},
    {"presence_penalty", [](const element& v, Context&) { return neutral(v, 0); }},
    {"frequency_penalty", [](const element& v, Context&) { return neutral(v, 0); }},
    {"user",
     [](const element& v, Context&) {
       std::string user;
       return read_string(v, user);
     }},
};

ApiError bad(std::string message, std::optional<std::string> param = std::nullopt) {
  return {400, std::move(message), "invalid_request_error", std::move(param), std::nullopt};
}

// Calls take(name, value) for each field that is not null; refuses a name given twice.
template <class Take>
std::optional<ApiError> walk(simdjson::dom::parser& parser, std::string_view body, Take&& take) {
  // The body's buffer is padded (HttpRequest), so it is parsed where it stands.
  simdjson::dom::object object;
  element document;
  if (parser.parse(body.data(), body.size(), false).get(document) != simdjson::SUCCESS ||
      document.get(object) != simdjson::SUCCESS) {
    return bad("We could not parse the JSON body of your request: it must be one JSON object.");
  }
  std::vector<std::string_view> names;
  for (const auto field : object) {
    if (std::find(names.begin(), names.end(), field.key) != names.end()) {
      return bad(fmt::format("'{}' is given twice.", field.key), std::string(field.key));
    }
    names.push_back(field.key);
    if (field.value.is_null()) continue;
    if (Verdict verdict = take(field.key, field.value); !verdict) {
      return bad(fmt::format("'{}' {}.", field.key, verdict.error()), std::string(field.key));
    }
  }
  return std::nullopt;
}

}  // namespace

RequestParser::RequestParser(const Vocabulary& vocabulary)
    : vocabulary_(&vocabulary), parser_(std::make_unique<simdjson::dom::parser>()) {}
RequestParser::~RequestParser() = default;

std::expected<CompletionRequest, ApiError> RequestParser::completion(std::string_view body) {
  CompletionRequest request;
  Context context{*vocabulary_, request};
  const auto error =
      walk(*parser_, body, [&](std::string_view name, const element& value) -> Verdict {
        const auto field = std::find_if(std::begin(completion_fields),
                                        std::end(completion_fields),
                                        [&](const Field& f) { return f.name == name; });
        if (field == std::end(completion_fields))
          return no("is not a parameter that is known here");
        return field->read(value, context);
      });
  if (error) return std::unexpected(*error);
  if (request.model.empty())
    return std::unexpected(bad("you must provide a model parameter", "model"));
  if (request.prompts.empty()) return std::unexpected(bad("you must provide a prompt", "prompt"));
  if (request.max_tokens == 0 && !request.echo) {
    return std::unexpected(
        bad("'max_tokens' is 0: without echo nothing would be answered.", "max_tokens"));
  }
  return request;
}

std::expected<TokenizeRequest, ApiError> RequestParser::tokenize(std::string_view body) {
  TokenizeRequest request;
  bool prompt_given = false;
  const auto error =
      walk(*parser_, body, [&](std::string_view name, const element& value) -> Verdict {
        bool ignored = false;
        if (name == "model") return read_string(value, request.model);
        if (name == "add_special_tokens")
          return read_bool(value, ignored);  // the model has no BOS to add
        if (name == "return_token_strs") return read_bool(value, request.with_texts);
        if (name != "prompt") return no("is not a parameter that is known here");
        prompt_given = true;
        return read_string(value, request.prompt);
      });
  if (error) return std::unexpected(*error);
  if (!prompt_given) return std::unexpected(bad("you must provide a prompt", "prompt"));
  return request;
}

}  // namespace assay::teacher

#pragma once

// A completions answer as a server would write it, part by part, so that a case changes only what
// it is about.

#include "core/json_text.hpp"
#include "wire/dialect.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::test {

struct EchoBody {
  std::vector<std::string> tokens;     // as text
  std::vector<std::string> log_probs;  // as JSON
  std::vector<std::string> offsets;    // as JSON; empty: left out
  std::string text;                    // prompt + generated
  std::optional<std::string> usage;    // as JSON
  std::string model = R"("m")";        // as JSON; empty: left out
  std::string index = "0";             // as JSON; empty: left out
  std::string finish_reason = R"("length")";
  std::string more;  // further fields of the root, with their comma

  // One choice as JSON.
  [[nodiscard]] std::string choice() const {
    std::string out = "{";
    if (!index.empty()) out += "\"index\":" + index + ",";
    out += "\"text\":";
    append_json_string(out, text);
    out += ",\"finish_reason\":" + finish_reason + ",\"logprobs\":{\"tokens\":[";
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (i > 0) out += ',';
      append_json_string(out, tokens[i]);
    }
    out += "],\"token_logprobs\":" + list(log_probs);
    if (!offsets.empty()) out += ",\"text_offset\":" + list(offsets);
    return out + "}}";
  }
  [[nodiscard]] std::string json() const { return document({choice()}); }

  [[nodiscard]] std::string document(const std::vector<std::string>& choices) const {
    std::string out = R"({"id":"cmpl-1","object":"text_completion","created":1,)";
    if (!model.empty()) out += "\"model\":" + model + ",";
    out += "\"choices\":" + list(choices);
    if (usage) out += ",\"usage\":" + *usage;
    return out + more + "}";
  }

 private:
  static std::string list(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const std::string& item : items) (out += out.size() > 1 ? "," : "") += item;
    return out + "]";
  }
};

[[nodiscard]] inline std::string usage_json(std::size_t prompt, std::size_t generated) {
  return R"({"prompt_tokens":)" + std::to_string(prompt) + R"(,"completion_tokens":)" +
         std::to_string(generated) + R"(,"total_tokens":)" + std::to_string(prompt + generated) +
         "}";
}

[[nodiscard]] inline std::size_t characters_in(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  return count;
}

// The answer of an honest server that cuts the prompt into `tokens`, scores token i with -i/8, and
// generates "!".
[[nodiscard]] inline EchoBody honest(std::vector<std::string> tokens) {
  EchoBody body;
  for (const std::string& token : tokens) body.text += token;
  body.text += '!';
  tokens.emplace_back("!");
  std::size_t characters = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const double eighths = static_cast<double>(i % 4096);
    body.log_probs.push_back(i == 0 ? "null" : fmt::format("-{}", eighths / 8));
    body.offsets.push_back(std::to_string(characters));
    characters += characters_in(tokens[i]);
  }
  body.usage = usage_json(tokens.size() - 1, 1);
  body.tokens = std::move(tokens);
  return body;
}

// One reading, with the memory its views need.
class Reader {
 public:
  explicit Reader(std::string_view dialect = "openai") : dialect_(*wire::find_dialect(dialect)) {}

  const wire::Reading& read(const wire::ScoreCall& call, std::string_view body, int status = 200) {
    bytes_.assign(body);
    bytes_.append(body_padding, '\0');
    const AnswerView answer{status, &headers, std::string_view(bytes_).substr(0, body.size())};
    dialect_.read_score(call, answer, scratch_, reading_);
    return reading_;
  }

  // One prompt, asked of model "m".
  const wire::PromptReading& read_one(std::string_view context,
                                      std::string_view response,
                                      std::string_view body,
                                      int status = 200) {
    text_ = std::string(context) + std::string(response);
    prompt_ = {text_, context.size()};
    wire::ScoreCall call{.model = "m", .served_as = {}, .prompts = {&prompt_, 1}};
    call.max_tokens = max_tokens;
    call.detail = wire::TokenDetail::kept;
    return read(call, body, status).prompts.at(0);
  }

  // The same, as a word: "ok" or the failure's class.
  std::string verdict(std::string_view context, std::string_view response, std::string_view body) {
    const Outcome& outcome = read_one(context, response, body).outcome;
    return outcome.score() ? "ok" : std::string(name_of(outcome.failure()->cls));
  }

  [[nodiscard]] const wire::Reading& reading() const { return reading_; }
  [[nodiscard]] const wire::Dialect& dialect() const { return dialect_; }

  std::vector<HeaderField> headers;
  std::int32_t max_tokens = 1;

 private:
  const wire::Dialect& dialect_;
  wire::Scratch scratch_;
  wire::Reading reading_;
  std::string bytes_;
  std::string text_;
  wire::Prompt prompt_;
};

}  // namespace assay::test

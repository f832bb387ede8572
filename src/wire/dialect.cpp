#include "wire/dialect.hpp"

#include "core/json_text.hpp"
#include "core/utf8.hpp"
#include "wire/dialect_table.hpp"
#include "wire/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay::wire {
namespace {

Failure invalid(std::string_view reason) {
  return make_failure(FailureClass::invalid_input, reason);
}

constexpr std::array table{&openai_dialect,
                           &openai_compatible_dialect,
                           &fireworks_dialect,
                           &together_dialect,
                           &vllm_dialect,
                           &vllm_prompt_dialect,
                           &sglang_dialect,
                           &tgi_dialect,
                           &llama_cpp_python_dialect,
                           &llamacpp_dialect,
                           &openai_chat_dialect,
                           &azure_dialect,
                           &anthropic_dialect,
                           &gemini_dialect,
                           &openrouter_dialect,
                           &deepinfra_dialect};

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~").contains(c);
}

void append_percent_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

std::string target(std::string_view path, std::string_view base_path, std::string_view model) {
  constexpr std::string_view place = "{model}";
  std::string out(base_path);
  const std::size_t at = path.find(place);
  out += path.substr(0, at);
  if (at == std::string_view::npos) return out;
  append_percent_encoded(out, model);
  out += path.substr(at + place.size());
  return out;
}

}  // namespace

const Dialect* find_dialect(std::string_view name) {
  for (const Dialect* dialect : table) {
    if (dialect->name == name) return dialect;
  }
  return nullptr;
}

std::span<const Dialect* const> dialects() {
  return table;
}

std::string score_target(const Dialect& dialect,
                         std::string_view base_path,
                         std::string_view model) {
  return target(dialect.score_path, base_path, model);
}

std::string generate_target(const Dialect& dialect,
                            std::string_view base_path,
                            std::string_view model) {
  return target(dialect.generate_path, base_path, model);
}

std::optional<Failure> objection(const Prompt& prompt) {
  if (prompt.boundary >= prompt.text.size()) return invalid("the response is empty");
  if (prompt.boundary == 0) return invalid("the context is empty");
  if (continues_character(prompt.text[prompt.boundary])) {
    return invalid("the response begins inside a character");
  }
  if (!is_utf8(prompt.text)) return invalid("the text is not UTF-8");
  return std::nullopt;
}

std::optional<Failure> objection(const Dialect& dialect, const Prompt& prompt) {
  if (!dialect.can.can_score) {
    return make_failure(
        FailureClass::unsupported,
        fmt::format("{} gives no log-probs of a prompt; {}", dialect.name, dialect.instead));
  }
  if (dialect.can.adds_bos) {
    if (const auto bos = bos_at(prompt.text); !bos.empty()) {
      return invalid(fmt::format(
          "the prompt begins with {}, and {} adds one itself: leave it out", bos, dialect.name));
    }
  }
  return objection(prompt);
}

TokenBound worst_case(const ScoreCall& call) {
  TokenBound bound{};
  for (const Prompt& prompt : call.prompts) {
    bound.input += TokenCount{static_cast<std::int64_t>(prompt.text.size()) + special_tokens_max};
    // Some servers generate one token even when asked for none.
    bound.output += TokenCount{std::max(call.max_tokens, 1)};
  }
  return bound;
}

}  // namespace assay::wire

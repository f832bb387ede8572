#pragma once

// What the readers of generated texts have in common. For the dialects' files only.

#include "wire/answer_json.hpp"
#include "wire/error_rule.hpp"
#include "wire/generate.hpp"
#include "wire/scratch_parts.hpp"

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace assay::wire {

// The document of an answer of status 200 that is no error. Otherwise nothing, and the reading is
// complete.
[[nodiscard]] std::optional<Json> begin_generation(const AnswerView& answer,
                                                   std::span<const ErrorRule> error_rules,
                                                   simdjson::dom::parser& parser,
                                                   GenerateReading& reading);

inline void fail(GenerateReading& reading, Failure failure) {
  reading.outcome = std::unexpected(std::move(failure));
}

// Takes the served model's name and checks it.
[[nodiscard]] std::expected<void, Failure> take_model(const GenerateCall& call,
                                                      const std::optional<Json>& name,
                                                      GenerateReading& reading);

// What a finish reason of any provider means.
// Errors: server_error ("error", "abort"), content_filtered (filters, refusals),
// malformed_response for a reason that says the text is broken.
[[nodiscard]] std::expected<Finish, Failure> finish_of(std::string_view word);

// Adds a generated token; nothing when its value is no log-probability.
void add_generated(Generation& generation, std::string_view text, Json value);

// Adds each of [{"token":"...","logprob":...},...]; none of them when one lacks either.
void add_generated_entries(Generation& generation, simdjson::dom::array entries);

// Reads {"choices","usage","model"}; `read_choice` gets the choices, which may be absent.
using ChoiceReader = std::expected<Generation, Failure> (*)(const std::optional<Json>& choices);
void read_choice_generation(const GenerateCall& call,
                            const AnswerView& answer,
                            std::span<const ErrorRule> error_rules,
                            Scratch& scratch,
                            GenerateReading& reading,
                            ChoiceReader read_choice);

// {"prompt":..} of completions: the context with the sampling and the limits.
void append_completion_generation(std::string& out,
                                  const GenerateCall& call,
                                  std::string_view extra_fields);
void read_completion_generation(const GenerateCall& call,
                                const AnswerView& answer,
                                std::span<const ErrorRule> error_rules,
                                Scratch& scratch,
                                GenerateReading& reading);

// How a provider's chat completions differ from OpenAI's.
struct ChatForm {
  std::string_view max_tokens_name = "max_completion_tokens";
  std::string_view extra_fields{};
};
void append_chat_generation(std::string& out, const GenerateCall& call, const ChatForm& form);
void read_chat_generation(const GenerateCall& call,
                          const AnswerView& answer,
                          std::span<const ErrorRule> error_rules,
                          Scratch& scratch,
                          GenerateReading& reading);

// ,"stop":["..."] when there are any.
void append_stop(std::string& out, std::string_view name, std::span<const std::string> stop);

}  // namespace assay::wire

#pragma once

// Chat templates: how a system prompt, a prompt or messages, and a response become one text with a
// known seam.

#include "assay/failure.hpp"
#include "assay/policy.hpp"
#include "assay/sample.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay::wire {

// Where a system prompt goes.
enum class SystemPlace : std::uint8_t {
  block,       // a turn of its own
  first_user,  // before the first user's text, joined by an empty line
  last_user,   // before the last user's text, joined by an empty line
  nowhere,     // the model knows no system prompt: a sample or policy with one is refused
};

// A template is data, so that a user can write one in a configuration file.
//
// The context is: bos, head, the system block (when there is a system prompt, a default one or a
// preamble), then each message as prefix + text + suffix of its role, then `opening`. The response
// follows untouched.
struct Template {
  std::string name;
  std::string bos;   // once, at the very start
  std::string head;  // always there, behind bos
  std::string
      date_default;  // what {date} in head and preamble stands for; empty: the options must say
  SystemPlace system_place = SystemPlace::block;
  std::string system_prefix, system_suffix;  // around the system text, when it is a block
  std::string system_preamble;  // always there, before the system text inside the block
  std::optional<std::string>
      system_default;  // used when neither policy nor sample has a system text
  std::string user_prefix, user_suffix;
  std::string assistant_prefix, assistant_suffix;  // an earlier answer of the assistant
  std::string between;      // between two turns and after a system block; for plain templates
  std::string opening;      // what the response follows
  std::string end_of_turn;  // what the model writes when its answer is over
  bool trims_text =
      false;  // message text loses leading and trailing white space; the response never does
  bool alternates = false;  // user and assistant must take turns, the user first
  bool plain = false;       // any role is taken, as user, and the last may be anyone's
  friend bool operator==(const Template&, const Template&) = default;
};

// The template of that name; nullptr when there is none. Lives as long as the program.
//
// `none`    system text (if any), an empty line, the prompt; or the messages' texts in order,
// joined by an empty line,
//           without role names. The response follows at once: end the prompt with the white space
//           it needs.
// `chatml`  <|im_start|>role\ntext<|im_end|>\n for each turn, then <|im_start|>assistant\n.
[[nodiscard]] const Template* find_template(std::string_view name);

// The others are named after their models: llama-3 to llama-4, qwen2.5 to qwen3.5 (thinking off
// unless the name says so), mistral-v1 to mistral-v7-tekken, gemma-2 to gemma-4, deepseek-v3 and
// -r1, gpt-oss, phi-4.

// All built-in templates, in the order `help` lists them.
[[nodiscard]] std::span<const Template> templates();

// The BOS that `text` begins with: that of a built-in template or of another known model, as
// `<|endoftext|>`; empty when it begins with none.
[[nodiscard]] std::string_view bos_at(std::string_view text);

using assay::EndOfTurn;

struct RenderOptions {
  // Scored: the end-of-turn text is part of the response, where the sample's finish_reason says
  // that it ended by itself; not where it was cut. A sample that does not say is refused.
  EndOfTurn end_of_turn = EndOfTurn::left_out;
  std::string date{};  // for templates that write today's date: pin it, or the policy changes daily
  friend bool operator==(const RenderOptions&, const RenderOptions&) = default;
};

// The context alone, for generation and judging. Errors as `render`, but for the response.
[[nodiscard]] std::expected<std::string, Failure> render_context(const Template& form,
                                                                 std::string_view system_prompt,
                                                                 const Sample& sample,
                                                                 const RenderOptions& options = {});

struct Rendered {
  std::string text;           // context + response: exactly what is sent
  std::size_t boundary = 0;   // bytes of context; the response is text.substr(boundary)
  std::size_t bos_bytes = 0;  // of the context, at its start: the template's BOS
  std::string json = {};      // `text` as a JSON string, where it was written ahead; else empty
};

// The policy's system prompt, when not empty, takes the place of the sample's own leading system
// message.
//
// Errors: invalid_input for an empty response, an empty context, text that is not UTF-8, a role the
// template does not know, turns out of order, a system prompt where the template has no place for
// one, a text that begins with the template's BOS a second time, a template that writes a date and
// none pinned, end of turn scored for a response that may not have ended.
[[nodiscard]] std::expected<Rendered, Failure> render(const Template& form,
                                                      std::string_view system_prompt,
                                                      const Sample& sample,
                                                      const RenderOptions& options = {});

// By name. Errors: also invalid_input for an unknown name.
[[nodiscard]] std::expected<Rendered, Failure> render(std::string_view template_name,
                                                      std::string_view system_prompt,
                                                      const Sample& sample,
                                                      const RenderOptions& options = {});

}  // namespace assay::wire

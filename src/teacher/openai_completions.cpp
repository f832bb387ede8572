#include "teacher/openai_completions.hpp"

#include "core/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::teacher {

namespace {

// What one choice object holds: all of a choice, or one event's part of it.
struct Part {
  Columns columns;
  std::string_view text;
  std::string_view finish;  // empty: null
};

struct Writer {
  std::string& out;
  const CompletionRequest& request;
  const Completion& completion;
  const Vocabulary& vocabulary;
  const CompletionsStyle& style;

  void append_logprobs(const Choice& choice, Columns columns) const {
    if (!request.with_choice_logprobs) {
      out += "null";
    } else if (!choice.with_logprobs || columns.begin == columns.end) {
      out += choice.with_logprobs ? "{\"tokens\":[],\"token_logprobs\":[],\"top_logprobs\":[],"
                                    "\"text_offset\":[]}"
                                  : "null";
    } else if (request.content_format) {
      out += "{\"content\":";
      append_content(out, choice, columns, vocabulary, {.first_zero = true, .fireworks = true});
      out += '}';
    } else {
      append_legacy(out, choice, columns, vocabulary, style.columns);
    }
  }

  void append_choice(const Choice& choice, const Part& part) const {
    fmt::format_to(std::back_inserter(out), "{{\"index\":{},\"text\":", choice.index);
    append_json_string(out, part.text);
    out += ",\"logprobs\":";
    append_logprobs(choice, part.columns);
    out += ",\"finish_reason\":";
    if (part.finish.empty()) {
      out += "null";
    } else {
      append_json_string(out, part.finish);
    }
    const auto prompt = static_cast<std::size_t>(choice.index);
    if (style.append_more != nullptr && prompt < request.prompts.size())
      style.append_more(out, request, choice, request.prompts[prompt], vocabulary);
    out += '}';
  }

  void append_event(const Choice& choice, const Part& part) const {
    out += "data: ";
    append_opening(out, completion, "text_completion");
    out += "\"choices\":[";
    append_choice(choice, part);
    out += "]}\n\n";
  }

  // The echo in one event, then an event for each token, then why it ended. A token that ends
  // inside a character holds its text back until the character is whole.
  void append_stream(const Choice& choice) const {
    const auto echoed = prompt_columns(choice);
    const auto text = std::string_view(choice.text);
    if (echoed.end > 0)
      append_event(choice, {echoed, text.substr(0, text.size() - made_text(choice).size()), {}});
    std::size_t at = text.size() - made_text(choice).size();
    std::size_t end = at;
    for (auto i = echoed.end; i < choice.tokens.size(); ++i) {
      end = std::min(text.size(), end + vocabulary.bytes_of(choice.tokens[i]).size());
      auto piece = text.substr(at, end - at);
      if (!is_utf8(piece) && i + 1 < choice.tokens.size()) piece = {};
      append_event(choice, {{i, i + 1}, piece, {}});
      if (!piece.empty()) at = end;
    }
    append_event(choice, {{0, 0}, {}, choice.finish_reason});
  }
};

}  // namespace

std::expected<CompletionRequest, ApiError> read_completions(RequestParser& parser,
                                                            std::string_view body) {
  return parser.completion(body, RequestParser::Model::may_be_absent);
}

void write_completions(std::string& out,
                       const CompletionRequest& request,
                       const Completion& completion,
                       const Vocabulary& vocabulary) {
  write_completions_as(out, request, completion, vocabulary, {});
}

void write_completions_as(std::string& out,
                          const CompletionRequest& request,
                          const Completion& completion,
                          const Vocabulary& vocabulary,
                          const CompletionsStyle& style) {
  const Writer writer{out, request, completion, vocabulary, style};
  if (request.stream) {
    for (const auto& choice : completion.choices) writer.append_stream(choice);
    if (request.stream_usage) {
      out += "data: ";
      append_opening(out, completion, "text_completion");
      out += "\"choices\":[]";
      append_usage(out, completion);
      out += "}\n\n";
    }
    out += "data: [DONE]\n\n";
    return;
  }
  append_opening(out, completion, "text_completion");
  out += "\"choices\":";
  append_array(out, {0, completion.choices.size()}, [&](std::size_t i) {
    const auto& choice = completion.choices[i];
    const auto text = style.echo_text ? std::string_view(choice.text) : made_text(choice);
    const auto columns = style.echo_columns ? all_columns(choice) : made_columns(choice);
    writer.append_choice(choice, {columns, text, choice.finish_reason});
  });
  append_usage(out, completion);
  out += '}';
}

}  // namespace assay::teacher

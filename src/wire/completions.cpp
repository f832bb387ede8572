#include "wire/completions.hpp"

#include "core/json_text.hpp"

namespace assay::wire {

void append_completions_body(std::string& out, const ScoreCall& call, const CompletionsForm& form) {
  out += R"({"model":)";
  append_json_string(out, call.model);
  out += R"(,"prompt":)";
  const bool several = call.prompts.size() > 1;
  if (several) out += '[';
  for (std::size_t i = 0; i < call.prompts.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, call.prompts[i].text);
  }
  if (several) out += ']';
  out += R"(,"max_tokens":)";
  append_json_number(out, std::int64_t{call.max_tokens});
  // Neutral sampling: what the certificate's neutral_sampling stands for.
  out += R"(,"echo":true,"logprobs":1,"temperature":1,"top_p":1,"n":1,"stream":false)";
  out += form.extra_fields;
  out += '}';
}

void read_completions(const ScoreCall& call,
                      const AnswerView& answer,
                      const CompletionsForm& form,
                      Scratch& scratch,
                      Reading& reading) {
  if (read_completions_pass(call, answer, form, scratch, reading)) return;
  read_completions_dom(call, answer, form, scratch, reading);
}

}  // namespace assay::wire

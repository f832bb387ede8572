#include "wire/completions.hpp"

#include "core/json_text.hpp"
#include "wire/answer.hpp"

namespace assay::wire {

void append_completions_body(std::string& out, const ScoreCall& call, const CompletionsForm& form) {
  append_model_and_prompts(out, call);
  out += R"(,"max_tokens":)";
  append_json_number(out, std::int64_t{call.max_tokens});
  out += R"(,"echo":true,"logprobs":)";
  append_json_number(out, std::int64_t{call.alternatives});
  append_sampling(out, call.sampling);
  out += R"(,"n":1,"stream":false)";
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

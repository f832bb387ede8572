// The single pass against the DOM: whatever the pass calls proved, the DOM proves with the same
// value, and the pass takes no document that a parser of JSON refuses.

#include "fuzz/fuzz_input.hpp"
#include "wire/answer_json.hpp"
#include "wire/completions.hpp"

using assay::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto input = assay::fuzz::parse(data, size);
  if (!input || input->prompts.size() != 1) return -1;
  static assay::wire::Scratch fast_scratch;
  static assay::wire::Scratch slow_scratch;
  assay::wire::Reading fast;
  assay::wire::Reading slow;
  const assay::wire::ScoreCall call{.model = "m", .served_as = {}, .prompts = input->prompts};
  const assay::wire::CompletionsForm form{};
  // What lies behind the body must not matter.
  for (const char behind : {'\0', '"', '0', '}'}) {
    std::fill(input->body.end() - assay::body_padding, input->body.end(), behind);
    if (!read_completions_pass(call, input->answer(), form, fast_scratch, fast)) continue;
    simdjson::dom::parser parser;
    must(assay::wire::parse_answer(parser, input->answer().body).has_value());
    read_completions_dom(call, input->answer(), form, slow_scratch, slow);
    must(fast.prompts.size() == 1 && slow.prompts.size() == 1);
    must(fast.prompts[0].outcome == slow.prompts[0].outcome);
    must(fast.prompts[0].outcome.score() != nullptr);
    must(fast.usage == slow.usage && fast.served_model == slow.served_model);
  }
  return 0;
}

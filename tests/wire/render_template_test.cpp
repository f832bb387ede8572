#include "support/builders.hpp"
#include "support/printers.hpp"
#include "wire/template.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

namespace {

using assay::FailureClass;
using assay::Message;
using assay::Sample;
using assay::test::sample;
using assay::wire::find_template;
using assay::wire::render;

Sample talk(std::vector<Message> messages, std::string response = "R") {
  Sample made = sample("", std::move(response));
  made.messages = std::move(messages);
  return made;
}

std::string context(std::string_view form, std::string_view system, const Sample& sample) {
  const auto rendered = render(form, system, sample);
  BOOST_REQUIRE(rendered.has_value());
  BOOST_TEST(rendered->text.substr(rendered->boundary) == sample.response);
  return rendered->text.substr(0, rendered->boundary);
}

FailureClass refusal(std::string_view form, std::string_view system, const Sample& sample) {
  const auto rendered = render(form, system, sample);
  BOOST_REQUIRE(!rendered.has_value());
  BOOST_TEST(!rendered.error().reason.empty());
  return rendered.error().cls;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_template)

BOOST_AUTO_TEST_CASE(none_sends_the_prompt_as_it_is) {
  BOOST_TEST(context("none", "", sample("Say hi: ", "Hi")) == "Say hi: ");
}

BOOST_AUTO_TEST_CASE(none_puts_the_system_prompt_before_an_empty_line) {
  BOOST_TEST(context("none", "Be brief.", sample("Hi", "R")) == "Be brief.\n\nHi");
}

BOOST_AUTO_TEST_CASE(none_joins_messages_without_roles) {
  const auto made = talk({{"system", "S"}, {"user", "U"}, {"assistant", "A"}, {"tool", "T"}});
  BOOST_TEST(context("none", "", made) == "S\n\nU\n\nA\n\nT");
}

BOOST_AUTO_TEST_CASE(chatml_writes_turns_and_opens_the_answer) {
  BOOST_TEST(context("chatml", "S", sample("U", "R")) ==
             "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n"
             "<|im_start|>assistant\n");
  BOOST_TEST(context("chatml", "", talk({{"user", "A"}, {"assistant", "B"}, {"user", "C"}})) ==
             "<|im_start|>user\nA<|im_end|>\n<|im_start|>assistant\nB<|im_end|>\n"
             "<|im_start|>user\nC<|im_end|>\n<|im_start|>assistant\n");
}

BOOST_AUTO_TEST_CASE(the_policys_system_prompt_takes_the_samples_place) {
  BOOST_TEST(context("none", "P", talk({{"system", "S"}, {"user", "U"}})) == "P\n\nU");
}

BOOST_AUTO_TEST_CASE(every_model_has_its_own_words) {
  const auto made = talk({{"system", "S"}, {"user", "U"}});
  BOOST_TEST(context("llama-3", "", made) ==
             "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>"
             "<|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|>"
             "<|start_header_id|>assistant<|end_header_id|>\n\n");
  BOOST_TEST(
      context("llama-4", "", made) ==
      "<|begin_of_text|><|header_start|>system<|header_end|>\n\nS<|eot|>"
      "<|header_start|>user<|header_end|>\n\nU<|eot|><|header_start|>assistant<|header_end|>\n\n");
  BOOST_TEST(context("mistral-v1", "", made) == "<s> [INST] S\n\nU [/INST]");
  BOOST_TEST(context("mistral-v3", "", made) == "<s>[INST] S\n\nU [/INST]");
  BOOST_TEST(context("mistral-tekken", "", made) == "<s>[INST]S\n\nU[/INST]");
  BOOST_TEST(context("mistral-v7", "", made) ==
             "<s>[SYSTEM_PROMPT] S[/SYSTEM_PROMPT][INST] U[/INST]");
  BOOST_TEST(context("mistral-v7-tekken", "", made) ==
             "<s>[SYSTEM_PROMPT]S[/SYSTEM_PROMPT][INST]U[/INST]");
  BOOST_TEST(context("gemma-3", "", made) ==
             "<bos><start_of_turn>user\nS\n\nU<end_of_turn>\n<start_of_turn>model\n");
  BOOST_TEST(context("gemma-4", "", made) ==
             "<bos><|turn>system\nS<turn|>\n<|turn>user\nU<turn|>\n<|turn>model\n"
             "<|channel>thought\n<channel|>");
  BOOST_TEST(
      context("deepseek-v3", "", made) ==
      "<\uff5cbegin\u2581of\u2581sentence\uff5c>S<\uff5cUser\uff5c>U<\uff5cAssistant\uff5c>");
  BOOST_TEST(context("phi-4", "", made) ==
             "<|im_start|>system<|im_sep|>S<|im_end|><|im_start|>user<|im_sep|>U<|im_end|>"
             "<|im_start|>assistant<|im_sep|>");
  BOOST_TEST(context("qwen3", "", sample("U", "R")) ==
             "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n");
}

BOOST_AUTO_TEST_CASE(default_system_texts_and_dates_are_written) {
  BOOST_TEST(context("qwen2.5", "", sample("U", "R")) ==
             "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful "
             "assistant.<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n");
  BOOST_TEST(
      context("llama-3.1", "", sample("U", "R"))
          .starts_with(
              "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
              "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|>"));
  const auto dated = render("llama-3.2", "", sample("U", "R"), {.date = "05 Nov 2026"}).value();
  BOOST_TEST(dated.text.contains("Today Date: 05 Nov 2026\n\n"));
}

BOOST_AUTO_TEST_CASE(a_date_that_drifts_must_be_pinned) {
  BOOST_TEST(refusal("gpt-oss", "", sample("U", "R")) == FailureClass::invalid_input);
  const auto dated = render("gpt-oss", "S", sample("U", "R"), {.date = "2026-11-20"}).value();
  BOOST_TEST(dated.text.contains("Current date: 2026-11-20\n\nReasoning: medium"));
  BOOST_TEST(
      dated.text.ends_with("<|end|><|start|>developer<|message|># Instructions\n\nS<|end|>"
                           "<|start|>user<|message|>U<|end|><|start|>assistant<|channel|>final"
                           "<|message|>R"));
}

BOOST_AUTO_TEST_CASE(the_bos_is_written_once_and_marked) {
  const auto rendered = render("gemma-2", "", sample("U", "R")).value();
  BOOST_TEST(rendered.text.substr(0, rendered.bos_bytes) == "<bos>");
  BOOST_TEST(render("qwen3", "", sample("U", "R")).value().bos_bytes == 0U);
  // A text that carries it already would have two.
  assay::wire::Template form = *find_template("none");
  form.bos = "<s>";
  BOOST_TEST((render(form, "", sample("<s>U", "R")).error().cls == FailureClass::invalid_input));
  BOOST_TEST(render(form, "", sample("U<s>", "R")).has_value());
}

BOOST_AUTO_TEST_CASE(some_templates_refuse_system_prompts_and_double_turns) {
  BOOST_TEST(refusal("gemma-2", "S", sample("U", "R")) == FailureClass::invalid_input);
  BOOST_TEST(refusal("mistral-v3", "", talk({{"user", "A"}, {"user", "B"}})) ==
             FailureClass::invalid_input);
}

BOOST_AUTO_TEST_CASE(only_message_text_is_trimmed) {
  const auto rendered = render("llama-3", "", sample(" U\n", " R ")).value();
  BOOST_TEST(rendered.text.contains("\n\nU<|eot_id|>"));
  BOOST_TEST(rendered.text.ends_with("\n\n R "));
}

BOOST_AUTO_TEST_CASE(every_template_renders_a_conversation_with_its_seam) {
  const auto made = talk({{"user", "A"}, {"assistant", "B"}, {"user", "C"}}, "R");
  for (const auto& form : assay::wire::templates()) {
    const auto rendered = render(form, "", made, {.date = "2026-11-20"});
    BOOST_REQUIRE(rendered.has_value());
    BOOST_TEST(rendered->text.substr(rendered->boundary) == "R", form.name);
    BOOST_TEST((form.plain || !form.end_of_turn.empty()), form.name);
    BOOST_TEST(find_template(form.name) == &form);
  }
}

BOOST_AUTO_TEST_CASE(white_space_at_the_seam_is_kept) {
  const auto rendered = render("none", "", sample(" a \r\n", " \tb\n ")).value();
  BOOST_TEST(rendered.text == " a \r\n \tb\n ");
  BOOST_TEST(rendered.boundary == 5U);
}

BOOST_AUTO_TEST_CASE(the_end_of_turn_is_scored_on_demand_where_the_response_ended) {
  auto made = sample("U", "R");
  const auto plain = render("chatml", "", made).value();
  const assay::wire::RenderOptions scored{.end_of_turn = assay::wire::EndOfTurn::scored};
  BOOST_TEST((render("chatml", "", made, scored).error().cls == FailureClass::invalid_input));
  made.finish_reason = "length";
  BOOST_TEST(render("chatml", "", made, scored).value().text == plain.text);
  made.finish_reason = "stop";
  const auto ended = render("chatml", "", made, scored).value();
  BOOST_TEST(ended.text == plain.text + "<|im_end|>");
  BOOST_TEST(ended.boundary == plain.boundary);
  BOOST_TEST(render("chatml", "", made).value().text == plain.text);
  made.finish_reason = "tool_calls";
  BOOST_TEST((render("chatml", "", made, scored).error().cls == FailureClass::invalid_input));
  BOOST_TEST((render("none", "", made, scored).error().cls == FailureClass::invalid_input));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_scored_is_refused_before_sending) {
  using enum FailureClass;
  BOOST_TEST(refusal("none", "", sample("U", "")) == invalid_input);
  BOOST_TEST(refusal("none", "", sample("", "R")) == invalid_input);
  BOOST_TEST(refusal("none", "", sample("U", "\xff")) == invalid_input);
  BOOST_TEST(refusal("none", "", sample("\xe2\x82", "R")) == invalid_input);
  BOOST_TEST(refusal("nonesuch", "", sample("U", "R")) == invalid_input);
}

BOOST_AUTO_TEST_CASE(turns_a_template_does_not_know_are_refused) {
  using enum FailureClass;
  BOOST_TEST(refusal("chatml", "", talk({{"tool", "T"}})) == invalid_input);
  BOOST_TEST(refusal("chatml", "", talk({{"user", "U"}, {"system", "S"}})) == invalid_input);
  BOOST_TEST(refusal("chatml", "", talk({{"user", "U"}, {"assistant", "A"}})) == invalid_input);
}

BOOST_AUTO_TEST_CASE(nul_and_control_bytes_are_text) {
  const std::string prompt("a\0b\x1f", 4);
  BOOST_TEST(context("none", "", sample(prompt, "R")) == prompt);
}

BOOST_AUTO_TEST_SUITE_END()

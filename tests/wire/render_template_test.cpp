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

BOOST_AUTO_TEST_CASE(white_space_at_the_seam_is_kept) {
  const auto rendered = render("none", "", sample(" a \r\n", " \tb\n ")).value();
  BOOST_TEST(rendered.text == " a \r\n \tb\n ");
  BOOST_TEST(rendered.boundary == 5U);
}

BOOST_AUTO_TEST_CASE(the_end_of_turn_is_scored_only_on_demand) {
  const auto made = sample("U", "R");
  const auto plain = render("chatml", "", made).value();
  const auto ended =
      render("chatml", "", made, {.end_of_turn = assay::wire::EndOfTurn::scored}).value();
  BOOST_TEST(ended.text == plain.text + "<|im_end|>");
  BOOST_TEST(ended.boundary == plain.boundary);
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

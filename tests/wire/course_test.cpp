// Methods that take several exchanges, each answered as its server would.

#include "wire/course.hpp"

#include "support/printers.hpp"
#include "wire/echo_body.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::FailureClass;
using assay::Grade;
using assay::Method;
using assay::Outcome;
using assay::test::EchoBody;
using assay::test::honest;
using assay::wire::Course;
using assay::wire::find_dialect;
using assay::wire::objection;
using assay::wire::Reading;

struct Stage {
  assay::wire::Scratch scratch;
  Reading reading;
  std::vector<assay::HeaderField> headers;
  std::string bytes;

  static Course course(std::string_view dialect, Method method, std::size_t boundary = 1) {
    return Course({.dialect = find_dialect(dialect),
                   .method = method,
                   .model = "m",
                   .text = "abc",
                   .boundary = boundary,
                   .bos_bytes = 0,
                   .detail = assay::wire::TokenDetail::kept});
  }

  // At a server that puts "<s>" before a text, which the template has, too.
  static Course two_calls_behind_bos(std::string_view text, std::size_t boundary) {
    return Course({.dialect = find_dialect("tgi"),
                   .method = Method::two_call,
                   .model = "m",
                   .text = std::string(text),
                   .boundary = boundary,
                   .bos_bytes = 3,
                   .detail = assay::wire::TokenDetail::left_out});
  }

  // Whether it goes on.
  bool answer(Course& course, std::string_view body, int status = 200) {
    bytes.assign(body);
    bytes.append(assay::body_padding, '\0');
    const assay::AnswerView view{status, &headers, std::string_view(bytes).substr(0, body.size())};
    return course.read(view, scratch, reading) == Course::Progress::goes_on;
  }

  static std::string request(const Course& course) {
    const auto target = course.target();
    std::string text = target.path + (target.beside_version ? "! " : " ");
    course.append_body(text);
    return text;
  }

  // Of the end: "grade value/tokens", or the class of the failure.
  [[nodiscard]] std::string end() const {
    const Outcome& outcome = reading.prompts.at(0).outcome;
    if (!outcome.score()) return std::string(name_of(outcome.failure()->cls));
    return fmt::format("{} {}/{}",
                       name_of(outcome.score()->certificate.grade()),
                       outcome.score()->logprob.nats(),
                       outcome.score()->tokens.value);
  }

  // Tokenizes "abc" as 5 | 6 7.
  Course tokenized(std::string_view dialect, Method method) {
    Course made = course(dialect, method);
    BOOST_REQUIRE(answer(made, R"({"count":1,"max_model_len":9,"tokens":[5]})"));
    BOOST_REQUIRE(answer(made, R"({"count":2,"max_model_len":9,"tokens":[6,7]})"));
    return made;
  }
};

constexpr std::string_view by_ids =
    R"({"model":"m","choices":[{"index":0,"text":"!","finish_reason":"length","prompt_logprobs":[null,)"
    R"({"6":{"logprob":-1.5,"rank":3,"decoded_token":"b"},"9":{"logprob":-0.1,"decoded_token":"x"}},)"
    R"({"7":{"logprob":-0.5,"rank":1,"decoded_token":"c"}}]}],"usage":{"prompt_tokens":3,"completion_tokens":1}})";

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  const std::size_t at = out.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return out.replace(at, from.size(), to);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(course, Stage)

BOOST_AUTO_TEST_CASE(ids_are_asked_for_part_by_part_and_scored_as_one_list) {
  Course made = course("vllm", Method::ids);
  BOOST_TEST(request(made) ==
             R"(/tokenize! {"model":"m","prompt":"a","add_special_tokens":false})");
  BOOST_TEST(made.bound().input.value == 0);
  made = tokenized("vllm", Method::ids);
  BOOST_TEST(request(made).starts_with(
      R"(/completions {"model":"m","prompt":[5,6,7],"max_tokens":1,"prompt_logprobs":0)"));
  BOOST_TEST(made.bound().input.value == 3 + assay::wire::special_tokens_max);
  BOOST_TEST(!answer(made, by_ids));
  BOOST_TEST(end() == "A -2/2");
  BOOST_TEST(reading.prompts[0].token_log_probs == "-1.5,-0.5");
  BOOST_TEST((reading.prompts[0].outcome.score()->certificate.method() == Method::ids));
}

BOOST_AUTO_TEST_CASE(nothing_of_an_earlier_answer_stays_in_the_reading) {
  reading.served_model = "another";
  reading.fingerprint = "fp-of-another";
  reading.usage.input = assay::TokenCount{9};
  Course made = course("vllm", Method::ids);
  BOOST_REQUIRE(answer(made, R"({"count":1,"max_model_len":9,"tokens":[5]})"));
  BOOST_TEST(reading.served_model.empty());
  BOOST_TEST(reading.fingerprint.empty());
  BOOST_TEST(!reading.usage.input.has_value());
}

BOOST_AUTO_TEST_CASE(an_answer_for_other_ids_is_no_score) {
  const auto told = [this](std::string_view body) {
    Course made = tokenized("vllm", Method::ids);
    BOOST_TEST(!answer(made, body));
    return end();
  };
  BOOST_TEST(told(replaced(by_ids, "\"7\":", "\"8\":")) == "echo_mismatch");
  BOOST_TEST(told(replaced(by_ids, "\"prompt_tokens\":3", "\"prompt_tokens\":4")) ==
             "truncated_echo");
  BOOST_TEST(told(replaced(by_ids, "[null,", "[null,{\"5\":{\"logprob\":-1}},")) ==
             "malformed_response");
  BOOST_TEST(told(replaced(by_ids, "]}],", ",{\"5\":{\"logprob\":-1}}]}],")) == "truncated_echo");
  BOOST_TEST(told(replaced(by_ids, "-0.5", "-9999.0")) == "invalid_logprob");
  BOOST_TEST(told(replaced(by_ids, "\"c\"", "\"C\"")) == "echo_mismatch");  // normalised
  BOOST_TEST(told(replaced(by_ids, "\"c\"", "\"\ufffd\"")) == "B -2/2");    // a fragment
}

BOOST_AUTO_TEST_CASE(a_context_that_the_tokenizer_changes_is_no_score) {
  const auto told = [this](std::string_view body) {
    Course made = course("vllm", Method::ids, 2);
    BOOST_REQUIRE(answer(made, R"({"count":2,"max_model_len":9,"tokens":[5,6]})"));
    BOOST_REQUIRE(answer(made, R"({"count":1,"max_model_len":9,"tokens":[7]})"));
    BOOST_TEST(!answer(made, body));
    return end();
  };
  BOOST_TEST(told(by_ids) == "A -0.5/1");
  BOOST_TEST(told(replaced(by_ids, "\"b\"", "\"B\"")) == "echo_mismatch");
}

// What the server reads is its end only: one token without text cannot stand for the rest.
BOOST_AUTO_TEST_CASE(a_context_cut_from_the_left_is_no_score) {
  Course made({.dialect = find_dialect("vllm"),
               .method = Method::ids,
               .model = "m",
               .text = std::string(2'000, 'a') + "bc",
               .boundary = 2'001,
               .bos_bytes = 0,
               .detail = assay::wire::TokenDetail::kept});
  BOOST_REQUIRE(answer(made, R"({"count":2,"max_model_len":9,"tokens":[5,6]})"));
  BOOST_REQUIRE(answer(made, R"({"count":1,"max_model_len":9,"tokens":[7]})"));
  BOOST_TEST(!answer(made, by_ids));
  BOOST_TEST(end() == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(sglang_names_the_id_of_every_token) {
  const std::string body =
      R"({"text":"","meta_info":{"prompt_tokens":3,"completion_tokens":0,)"
      R"("input_token_logprobs":[[null,5,null],[-1.5,6,null],[-0.5,7,null]]}})";
  Course made = tokenized("sglang", Method::ids);
  BOOST_TEST(request(made).starts_with(R"(/generate {"input_ids":[5,6,7],"sampling_params")"));
  BOOST_TEST(!answer(made, body));
  BOOST_TEST(end() == "B -2/2");
  made = tokenized("sglang", Method::ids);
  BOOST_TEST(!answer(made, replaced(body, "null,5", "null,4")));
  BOOST_TEST(end() == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(a_tokenizer_that_fails_is_asked_again) {
  Course made = course("vllm", Method::ids);
  BOOST_TEST(!answer(made, R"({"error":{"message":"slow down"}})", 429));
  BOOST_TEST(end() == "rate_limited");
  BOOST_TEST(!answer(made, R"({"tokens":[]})"));
  BOOST_TEST(end() == "malformed_response");
  BOOST_TEST(!answer(made, R"({"tokens":[1,-1]})"));
  BOOST_TEST(!answer(made, R"({"tokens":[1,2],"count":3})"));
  BOOST_TEST(answer(made, R"({"tokens":[5],"count":1})"));
  BOOST_TEST(request(made).contains(R"("prompt":"bc")"));
}

BOOST_AUTO_TEST_CASE(two_calls_give_a_difference_of_grade_c) {
  Course made = course("openai", Method::two_call);
  BOOST_TEST(request(made).contains(R"("prompt":"abc")"));
  BOOST_TEST(answer(made, honest({"a", "b", "c"}).json()));
  BOOST_TEST(request(made).contains(R"("prompt":"a")"));
  BOOST_TEST(!answer(made, honest({"a"}).json()));
  BOOST_TEST(end() == "C -0.375/2");
  made = course("openai", Method::two_call, 2);
  BOOST_TEST(answer(made, honest({"a", "b", "c"}).json()));
  BOOST_TEST(!answer(made, honest({"a", "b"}).json()));
  BOOST_TEST(end() == "C -0.25/1");
}

BOOST_AUTO_TEST_CASE(a_context_whose_tokens_are_no_prefix_gives_no_difference) {
  Course made = course("openai", Method::two_call, 2);
  BOOST_TEST(answer(made, honest({"a", "bc"}).json()));
  BOOST_TEST(!answer(made, honest({"a", "b"}).json()));
  BOOST_TEST(end() == "boundary_inside_token");
  made = course("openai", Method::two_call, 2);
  BOOST_TEST(answer(made, honest({"ab", "c"}).json()));
  BOOST_TEST(!answer(made, honest({"a", "b"}).json()));
  BOOST_TEST(end() == "boundary_inside_token");
  made = course("openai", Method::two_call, 2);
  BOOST_TEST(!answer(made, honest({"x"}).json()));
  BOOST_TEST(end() == "echo_mismatch");
}

BOOST_AUTO_TEST_CASE(a_difference_above_zero_is_no_log_probability) {
  Course made = course("openai", Method::two_call, 2);
  auto whole = honest({"a", "b", "c"});
  whole.log_probs = {"null", "-1", "-0.5", "-1"};
  BOOST_TEST(answer(made, whole.json()));
  auto context = honest({"a", "b"});
  context.log_probs = {"null", "-3", "-1"};
  BOOST_TEST(!answer(made, context.json()));
  BOOST_TEST(end() == "invalid_logprob");
}

BOOST_AUTO_TEST_CASE(a_difference_leaves_the_bos_to_a_server_that_adds_one) {
  const auto prefill = [](std::string_view more) {
    return fmt::format(R"({{"generated_text":"!","details":{{"finish_reason":"length","prefill":[)"
                       R"({{"id":1,"text":"<s>","logprob":null}},)"
                       R"({{"id":2,"text":"ab","logprob":-3}}{}]}}}})",
                       more);
  };
  Course made = two_calls_behind_bos("<s>abc", 5);
  BOOST_TEST(!made.objection().has_value());
  BOOST_TEST(request(made).contains(R"("inputs":"abc")"));
  BOOST_TEST(answer(made, prefill(R"(,{"id":3,"text":"c","logprob":-0.5})")));
  BOOST_TEST(request(made).contains(R"("inputs":"ab")"));
  BOOST_TEST(!answer(made, prefill("")));
  BOOST_TEST(end() == "C -0.5/1");
}

// Two characters in five tokens without text: where the second begins is hidden, and the values of
// the answer before must not stand for this one's.
BOOST_AUTO_TEST_CASE(a_hidden_seam_gives_no_difference) {
  Course before = course("openai", Method::two_call);
  BOOST_TEST(answer(before, honest({"a", "b", "c"}).json()));
  Course made = two_calls_behind_bos("<s>\u2019\u2019", 6);
  std::string body = R"({"generated_text":"!","details":{"finish_reason":"length","prefill":[)"
                     R"({"id":1,"text":"<s>","logprob":null})";
  for (int i = 0; i < 5; ++i) body += R"(,{"id":2,"text":"\ufffd","logprob":-1})";
  BOOST_TEST(!answer(made, body + "]}}"));
  BOOST_TEST(end() == "boundary_inside_token");
}

BOOST_AUTO_TEST_CASE(an_empty_response_needs_no_request_to_be_refused) {
  const auto refused = [](Method method, std::size_t boundary) {
    const auto failure = course("vllm", method, boundary).objection();
    return failure && failure->cls == FailureClass::invalid_input;
  };
  BOOST_TEST((refused(Method::ids, 3) && refused(Method::two_call, 3)));
  BOOST_TEST((refused(Method::ids, 0) && refused(Method::two_call, 0)));
  BOOST_TEST(!refused(Method::ids, 1));
}

BOOST_AUTO_TEST_CASE(forced_steps_score_token_by_token) {
  const auto step = [](int id, std::string_view value, int evaluated) {
    return fmt::format(
        R"({{"content":"b","completion_probabilities":[{{"id":{},"token":"b","logprob":{}}}],)"
        R"("stop_type":"limit","truncated":false,"tokens_evaluated":{},"tokens_predicted":1}})",
        id,
        value,
        evaluated);
  };
  Course made = course("llamacpp", Method::forced);
  BOOST_TEST(
      request(made) ==
      R"(/tokenize! {"content":"a","add_special":false,"with_pieces":false,"parse_special":true})");
  made = tokenized("llamacpp", Method::forced);
  BOOST_TEST(request(made).starts_with(
      R"(/completion {"prompt":[5],"n_predict":1,"logit_bias":[[6,1000]],)"));
  BOOST_TEST(!answer(made, step(9, "-1.5", 1)));
  BOOST_TEST(end() == "echo_mismatch");
  BOOST_TEST(!answer(made, step(6, "-1.5", 2)));
  BOOST_TEST(end() == "truncated_echo");
  BOOST_TEST(!answer(made, step(6, "-3.4028234663852886e+38", 1)));
  BOOST_TEST(end() == "invalid_logprob");
  BOOST_TEST(answer(made, step(6, "-1.5", 1)));
  BOOST_TEST(request(made).starts_with(
      R"(/completion {"prompt":[5,6],"n_predict":1,"logit_bias":[[7,1000]],)"));
  BOOST_TEST(!answer(made, step(7, "-0.25", 2)));
  BOOST_TEST(end() == "B -1.75/2");
  BOOST_TEST(reading.prompts[0].token_log_probs == "-1.5,-0.25");
}

BOOST_AUTO_TEST_CASE(a_plan_knows_what_all_exchanges_can_cost) {
  const auto special = assay::wire::special_tokens_max;
  BOOST_TEST(course("vllm", Method::ids).bound_of_all().input.value == 3 + special);
  BOOST_TEST(course("openai", Method::two_call).bound_of_all().input.value == 3 + 1 + 2 * special);
  const auto forced = course("llamacpp", Method::forced).bound_of_all();  // two steps
  BOOST_TEST(forced.input.value == (1 + special) + (2 + special));
  BOOST_TEST(forced.output.value == 2);
}

BOOST_AUTO_TEST_CASE(a_plan_knows_how_many_exchanges_there_are_at_most) {
  BOOST_TEST(course("vllm", Method::ids).requests_of_all() == 3);
  BOOST_TEST(course("openai", Method::two_call).requests_of_all() == 2);
  BOOST_TEST(course("llamacpp", Method::forced).requests_of_all() == 2 + 2);
}

BOOST_AUTO_TEST_CASE(who_cannot_do_a_method_says_what_to_use) {
  const auto refused = [](std::string_view dialect, Method method) {
    const auto failure = objection(*find_dialect(dialect), method);
    BOOST_TEST((!failure || failure->cls == FailureClass::unsupported));
    BOOST_TEST((!failure || failure->reason.contains("use ")));
    return failure.has_value();
  };
  for (const std::string_view name : {"openai", "fireworks", "together", "tgi", "anthropic"}) {
    BOOST_TEST(refused(name, Method::ids), name);
    BOOST_TEST(refused(name, Method::forced), name);
  }
  for (const std::string_view name : {"vllm", "sglang", "vllm-prompt-logprobs"}) {
    BOOST_TEST(!refused(name, Method::echo), name);
    BOOST_TEST(!refused(name, Method::two_call), name);
  }
  BOOST_TEST(!refused("vllm", Method::ids));
  BOOST_TEST(!refused("sglang", Method::ids));
  BOOST_TEST(!refused("llamacpp", Method::forced));
  BOOST_TEST(refused("llamacpp", Method::echo));
  BOOST_TEST(refused("openai", Method::recorded));
}

BOOST_AUTO_TEST_SUITE_END()

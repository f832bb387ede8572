// What the fields mean, format by format.

#include "dataset/sample_rules.hpp"

#include "dataset/memory_source.hpp"
#include "dataset/sha256.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::dataset {
namespace {

using test::reason_of;
using test::rows_of;

Sample only(const std::string& text, Format format = Format::automatic, std::string policy = {}) {
  const auto rows = rows_of(text, format, {}, std::move(policy));
  BOOST_REQUIRE_EQUAL(rows.size(), 1u);
  if (!rows[0]) BOOST_FAIL(rows[0].error().reason);
  return *rows[0];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sample_rules)

BOOST_AUTO_TEST_CASE(plain_ids_are_texts_or_whole_numbers_and_zero_and_empty_are_kept) {
  BOOST_TEST(only(R"({"id": 0, "prompt": "p", "response": "r"})").id == "0");
  BOOST_TEST(only(R"({"id": "", "prompt": "p", "response": "r"})").id == "");
  BOOST_TEST(only(R"({"id": 18446744073709551615, "prompt": "p", "response": "r"})").id ==
             "18446744073709551615");
}

BOOST_AUTO_TEST_CASE(why_a_response_ended_is_read_where_it_is_a_text) {
  BOOST_TEST(only(R"({"prompt": "p", "response": "r", "finish_reason": "stop"})").finish_reason ==
             "stop");
  BOOST_TEST(only(R"({"prompt": "p", "response": "r", "metadata": {"finish_reason": "length"}})")
                 .finish_reason == "length");
  for (const char* value : {"null", "3", "{}"}) {
    const std::string row = R"({"prompt": "p", "response": "r", "finish_reason": )";
    BOOST_TEST(only(row + value + "}").finish_reason == "", value);
  }
}

BOOST_AUTO_TEST_CASE(a_plain_row_without_id_gets_one_from_its_texts) {
  const std::string id = only(R"({"prompt": "p", "response": "r"})").id;
  BOOST_TEST(id.starts_with("sample_"));
  BOOST_TEST(id.size() == 23u);
  BOOST_TEST(only(R"({"response": "r", "prompt": "p", "n": 1})").id == id);
  BOOST_TEST(only(R"({"prompt": "pr", "response": ""})").id != id);
  BOOST_TEST(only(R"({"messages": [{"role": "user", "content": "p"}], "response": "r"})").id != id);
}

BOOST_AUTO_TEST_CASE(a_logged_row_is_read_in_full) {
  const Sample sample = only(
      R"({"prompt": "p", "response": "r", "base_policy_logprob": -1.5, )"
      R"("target_policy_logprobs": {"clone": -1.25, "other": null}, "judge_score": 0.85, "oracle_label": 1, )"
      R"("reward": 0.5, "metadata": {"prompt_id": "arena_1", "response_token_count": 12}})");
  BOOST_TEST(sample.id == "arena_1");
  BOOST_TEST(sample.recorded.base->nats() == -1.5);
  BOOST_TEST(sample.recorded.base_given);
  BOOST_TEST(sample.recorded.target.at("clone")->nats() == -1.25);
  BOOST_TEST(!sample.recorded.target.at("other").has_value());
  BOOST_TEST(*sample.judge_score == 0.85);
  BOOST_TEST(*sample.oracle_label == 1.0);
  BOOST_TEST(*sample.reward == 0.5);
  BOOST_TEST(*sample.response_token_count == 12);
}

BOOST_AUTO_TEST_CASE(null_is_missing_and_absent_is_absent) {
  const Sample given = only(R"({"prompt": "p", "response": "r", "base_policy_logprob": null})");
  BOOST_TEST(given.recorded.base_given);
  BOOST_TEST(!given.recorded.base.has_value());
  const Sample absent = only(R"({"prompt": "p", "response": "r", "target_policy_logprobs": {}})");
  BOOST_TEST(!absent.recorded.base_given);
  BOOST_TEST(absent.recorded.target.empty());
}

BOOST_AUTO_TEST_CASE(a_recorded_stand_in_for_none_is_refused) {
  const auto row = [](std::string_view value) {
    return R"({"prompt": "p", "response": "r", "base_policy_logprob": )" + std::string(value) + "}";
  };
  BOOST_TEST(reason_of(row("-9999.0")).contains("write null"));
  BOOST_TEST(reason_of(row("-9999.5")) == "");
}

BOOST_AUTO_TEST_CASE(a_recorded_value_must_be_a_log_probability) {
  const auto with = [](std::string_view value) {
    return R"({"prompt": "p", "response": "r", "base_policy_logprob": )" + std::string(value) + "}";
  };
  BOOST_TEST(reason_of(with("0.5")) != "");
  BOOST_TEST(reason_of(with("1.1e-6")) != "");
  BOOST_TEST(reason_of(with("1e-6")) == "");
  BOOST_TEST(reason_of(with("0")) == "");
  BOOST_TEST(only(with("0.0")).recorded.base->nats() == 0.0);
  BOOST_TEST(reason_of(with("\"-1\"")) != "");
}

BOOST_AUTO_TEST_CASE(a_logged_id_comes_from_the_row_its_metadata_its_prompt_or_its_place) {
  const auto id = [](std::string_view members) {
    return only(R"({"response": "r", "base_policy_logprob": -1, )" + std::string(members) + "}",
                Format::cje_logged)
        .id;
  };
  BOOST_TEST(id(R"("prompt": "p", "prompt_id": 0, "metadata": {"prompt_id": "m"})") == "0");
  BOOST_TEST(id(R"("prompt": "p", "prompt_id": "")") == "");
  BOOST_TEST(id(R"("prompt": "p", "prompt_id": null, "metadata": {"prompt_id": "m"})") == "m");
  BOOST_TEST(id(R"("prompt": "p", "metadata": {"prompt_id": 17})") == "17");
  BOOST_TEST(id(R"("prompt": "abc")") == "prompt_ba7816bf8f01");
  BOOST_TEST(id(R"("messages": [{"role": "user", "content": "p"}])") == "sample_000000");
}

BOOST_AUTO_TEST_CASE(scores_may_stand_in_metadata_and_the_row_wins) {
  const Sample inner = only(
      R"({"prompt": "p", "response": "r", "prompt_id": "a", "base_policy_logprob": -1, "metadata": {"judge_score": 0.25, "oracle_label": 0.5}})");
  BOOST_TEST(*inner.judge_score == 0.25);
  BOOST_TEST(*inner.oracle_label == 0.5);
  const Sample outer = only(
      R"({"prompt": "p", "response": "r", "judge_score": 0.75, "oracle_label": null, "metadata": {"judge_score": 0.25, "oracle_label": 0.5}})");
  BOOST_TEST(*outer.judge_score == 0.75);
  BOOST_TEST(!outer.oracle_label.has_value());
}

BOOST_AUTO_TEST_CASE(a_reward_may_be_an_object_of_mean_or_value) {
  const auto reward = [](std::string_view value) {
    return only(R"({"prompt": "p", "response": "r", "reward": )" + std::string(value) + "}").reward;
  };
  BOOST_TEST(*reward(R"({"mean": 0.5, "n": 3})") == 0.5);
  BOOST_TEST(*reward(R"({"value": 0.25})") == 0.25);
  BOOST_TEST(!reward("null").has_value());
  BOOST_TEST(reason_of(R"({"prompt": "p", "response": "r", "reward": {"sum": 1}})") != "");
}

BOOST_AUTO_TEST_CASE(scores_outside_the_declared_range_are_bad) {
  const std::string row = R"({"prompt": "p", "response": "r", "judge_score": 4})";
  BOOST_TEST(reason_of(row) == "");
  ReadOptions options;
  options.score_range = ScoreRange{0, 1};
  BOOST_TEST(reason_of(row, Format::automatic, options).contains("judge_score 4 is outside 0..1"));
  options.score_range = ScoreRange{0, 4};
  BOOST_TEST(reason_of(row, Format::automatic, options) == "");
}

// Calibration ends at 0 and 1; judge scores may be of any scale, for it maps them.
BOOST_AUTO_TEST_CASE(an_estimate_takes_labels_from_0_to_1) {
  const std::string row =
      R"({"prompt_id": "a", "prompt": "p", "response": "r", "judge_score": 4, "oracle_label": 7})";
  const ReadOptions options{.use = Use::estimate, .score_range = {}};
  BOOST_TEST(reason_of(row) == "");
  BOOST_TEST(reason_of(row, Format::automatic, options).contains("oracle_label 7 is outside 0..1"));
}

BOOST_AUTO_TEST_CASE(a_draw_needs_its_prompt_id) {
  const Sample draw = only(
      R"({"prompt_id": 3, "prompt": "p", "response": "r", "judge_score": 1, "draw_idx": 2, "extra": 1})");
  BOOST_TEST(draw.id == "3");
  BOOST_TEST(draw.draw_idx == 2u);
  BOOST_TEST(only(R"({"prompt_id": "a", "prompt": "p", "response": "r"})").draw_idx == 0u);
  BOOST_TEST(reason_of(R"({"prompt": "p", "response": "r", "draw_idx": 0})")
                 .starts_with("prompt_id is missing"));
}

BOOST_AUTO_TEST_CASE(a_draw_belongs_to_the_policy_of_its_file_or_of_its_row) {
  const std::string row =
      R"({"prompt_id": "a", "target_policy": "clone", "prompt": "p", "response": "r"})";
  BOOST_TEST(only(row).source == "data/clone");
  BOOST_TEST(only(row, Format::cje_draws, "clone").source == "data");
  const auto rows = rows_of(row, Format::cje_draws, {}, "premium");
  BOOST_REQUIRE((rows.size() == 1 && !rows[0]));
  BOOST_TEST(rows[0].error().reason.contains("in a file of 'premium'"));
}

BOOST_AUTO_TEST_CASE(an_estimate_can_use_a_draw_without_its_texts) {
  const std::string row = R"({"prompt_id": "a", "judge_score": 0.5, "draw_idx": 0})";
  BOOST_TEST(reason_of(row) != "");
  BOOST_TEST(reason_of(row, Format::cje_draws, {.use = Use::estimate, .score_range = {}}) == "");
}

BOOST_AUTO_TEST_CASE(a_log_prob_file_names_its_policy_by_name_or_row) {
  const std::string row =
      R"({"prompt_id": "a", "prompt": "p", "response": "r", "source_policy": "base", "eval_model": "m", "logprob": -2.5, "error": null})";
  BOOST_TEST(only(row).recorded.target.at("m")->nats() == -2.5);
  BOOST_TEST(only(row, Format::cje_logprobs, "clone").recorded.target.at("clone")->nats() == -2.5);
  const Sample missing =
      only(R"({"prompt_id": "a", "prompt": "p", "response": "r", "logp": null, "logp_error": "x"})",
           Format::cje_logprobs,
           "clone");
  BOOST_TEST(!missing.recorded.target.at("clone").has_value());
  BOOST_TEST(reason_of(R"({"prompt_id": "a", "prompt": "p", "response": "r", "logprob": -1})")
                 .starts_with("eval_model is missing"));
}

BOOST_AUTO_TEST_CASE(an_lm_eval_row_holds_a_sample_per_pair) {
  const auto rows = rows_of(
      R"({"doc_id": 5, "doc": {}, "target": "0", "arguments": [["Q: a?", " b"], ["Q: a?", " c"]], "resps": [[["-1.0", "False"]]]})");
  BOOST_REQUIRE_EQUAL(rows.size(), 2u);
  BOOST_REQUIRE((rows[0] && rows[1]));
  BOOST_TEST(rows[0]->id == "5/0");
  BOOST_TEST(rows[1]->id == "5/1");
  BOOST_TEST(rows[0]->prompt == "Q: a?");
  BOOST_TEST(rows[1]->response == " c");
}

BOOST_AUTO_TEST_CASE(newer_lm_eval_names_its_arguments) {
  const auto rows = rows_of(
      R"({"doc_id": "d", "arguments": {"gen_args_0": {"arg_0": "c", "arg_1": "x"}, "gen_args_1": {"arg_0": "c", "arg_1": "y"}}})");
  BOOST_REQUIRE((rows.size() == 2 && rows[0] && rows[1]));
  BOOST_TEST(rows[1]->id == "d/1");
  BOOST_TEST(rows[1]->response == "y");
}

BOOST_AUTO_TEST_CASE(a_bad_pair_keeps_its_place_among_good_ones) {
  const auto rows = rows_of(
      R"({"doc_id": 1, "arguments": [["c", "x"], ["c", {"until": ["\n"]}], ["c"], ["c", "y"]]})");
  BOOST_REQUIRE_EQUAL(rows.size(), 4u);
  BOOST_TEST(rows[0].has_value());
  BOOST_REQUIRE(!rows[1]);
  BOOST_TEST(rows[1].error().id == "1/1");
  BOOST_TEST(rows[1].error().reason.contains("generation task"));
  BOOST_TEST(!rows[2].has_value());
  BOOST_TEST(rows[3]->id == "1/3");
}

BOOST_AUTO_TEST_CASE(lm_eval_rows_without_pairs_are_bad) {
  BOOST_TEST(reason_of(R"({"doc_id": 1, "arguments": []})") != "");
  BOOST_TEST(reason_of(R"({"doc_id": 1, "arguments": "x"})") != "");
  BOOST_TEST(reason_of(R"({"arguments": [["a", "b"]]})").starts_with("doc_id is missing"));
}

BOOST_AUTO_TEST_CASE(the_format_is_decided_by_the_first_good_row) {
  const DataFile file{"data.jsonl", "data", {}, Format::automatic};
  FileRows rows(
      file,
      test::in_memory(
          "{\"prompt_id\": 1}\nnot json\n{\"id\": \"a\", \"prompt\": \"p\", \"response\": "
          "\"r\"}\n{\"prompt_id\": \"b\", \"prompt\": \"p\", \"response\": \"r\"}\n"),
      {});
  for (int i = 0; i < 2; ++i) BOOST_TEST(!(*rows.next().value()).has_value());
  BOOST_TEST((rows.file().format == Format::automatic));
  BOOST_TEST((*rows.next().value()).has_value());
  BOOST_TEST((rows.file().format == Format::plain));
  BOOST_TEST((**rows.next().value()).id.starts_with("sample_"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::dataset

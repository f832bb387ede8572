#include "dataset/writer.hpp"

#include "dataset/memory_source.hpp"
#include "support/builders.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::dataset {

BOOST_AUTO_TEST_SUITE(writer)

BOOST_AUTO_TEST_CASE(a_missing_value_is_written_as_null) {
  std::string out;
  JoinedLogProbs values;
  values.base = assay::test::log_prob(-1.5);
  values.target["clone"] = std::nullopt;
  append_logged_row(out, assay::test::sample("p", "r\n"), values);
  BOOST_TEST(out ==
             R"({"prompt_id":"sample","prompt":"p","response":"r\n","base_policy_logprob":-1.5,)"
             R"("target_policy_logprobs":{"clone":null}})"
             "\n");
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back_the_same) {
  Sample sample = assay::test::sample("p \xF0\x9F\x98\x80", "r\t\"\\");
  sample.source = "data";
  sample.judge_score = 0.85;
  sample.oracle_label = 0.1;
  sample.reward = 1.0 / 3.0;
  sample.response_token_count = 5;
  sample.recorded.base_given = true;
  sample.recorded.base = assay::test::log_prob(-14.726269679999916);
  sample.recorded.target["clone"] = assay::test::log_prob(-1e-300);
  sample.recorded.target["odd \"name\""] = std::nullopt;
  std::string out;
  append_logged_row(out, sample, {sample.recorded.base, sample.recorded.target});
  const auto rows = test::rows_of(out);
  BOOST_REQUIRE((rows.size() == 1 && rows[0]));
  const Sample& read = *rows[0];
  BOOST_TEST(read.id == sample.id);
  BOOST_TEST(read.prompt == sample.prompt);
  BOOST_TEST(read.response == sample.response);
  BOOST_TEST(*read.judge_score == *sample.judge_score);
  BOOST_TEST(*read.oracle_label == *sample.oracle_label);
  BOOST_TEST(*read.reward == *sample.reward);
  BOOST_TEST(*read.response_token_count == 5);
  BOOST_TEST((read.recorded.base == sample.recorded.base));
  BOOST_TEST((read.recorded.target == sample.recorded.target));
}

BOOST_AUTO_TEST_CASE(messages_are_written_as_messages) {
  Sample sample = assay::test::sample("", "r");
  sample.messages = {{"user", "hi"}};
  std::string out;
  append_logged_row(out, sample, {});
  BOOST_TEST(out.contains(R"("messages":[{"role":"user","content":"hi"}])"));
  BOOST_TEST(!out.contains("\"prompt\":"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::dataset

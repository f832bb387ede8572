// At `detailed` the journal keeps the token log-probs in the provider's own digits; they add up to
// the value.

#include "e2e/lab.hpp"
#include "journal/posix_storage.hpp"
#include "journal/reader.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

#include <cmath>

namespace assay::test {
namespace {

BOOST_AUTO_TEST_SUITE(detail)

BOOST_AUTO_TEST_CASE(token_log_probs_of_a_detailed_journal_add_up_to_each_value) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(50, 4));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  const Lab::Ended ended = lab.assay({"score", "-c", config, "-q", "--detail", "detailed"});
  BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.err);

  auto reader = journal::JournalReader::open(journal::posix_storage(), lab.path("run"));
  BOOST_REQUIRE(reader.has_value());
  simdjson::dom::parser parser;
  int compared = 0;
  for (auto record = reader->next(); record && *record != nullptr; record = reader->next()) {
    const auto* score = std::get_if<journal::ScoreRecord>(*record);
    if (score == nullptr || score->outcome.score() == nullptr) continue;
    double sum = 0;
    std::int64_t tokens = 0;
    for (const double nats : parser.parse(score->tokens.logprobs).get_array())
      sum += nats, ++tokens;
    BOOST_TEST(tokens == score->outcome.score()->tokens.value);
    BOOST_TEST(std::abs(sum - score->outcome.score()->logprob.nats()) < 1e-9);
    ++compared;
  }
  BOOST_TEST(compared > 100);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test

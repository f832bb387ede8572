#include "cli/go_on.hpp"

#include <boost/test/unit_test.hpp>

using namespace assay;
using namespace assay::cli;

namespace {

// Parses a command line and gives the flags it held.
ConfigFlags flags_of(CommandLine& line, std::vector<std::string> words) {
  ConfigFlags flags(line.root());
  BOOST_REQUIRE(line.parse(std::move(words)));
  return flags;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(go_on)

BOOST_AUTO_TEST_CASE(a_word_is_quoted_only_where_a_shell_would_read_it_otherwise) {
  BOOST_TEST(shell_word("runs/a-1.yaml") == "runs/a-1.yaml");
  BOOST_TEST(shell_word("my run.yaml") == "'my run.yaml'");
  BOOST_TEST(shell_word("it's") == "'it'\\''s'");
  BOOST_TEST(shell_word("$HOME") == "'$HOME'");
  BOOST_TEST(shell_word("") == "''");
}

BOOST_AUTO_TEST_CASE(the_command_keeps_what_was_given_and_changes_what_is_named) {
  CommandLine line;
  const ConfigFlags flags = flags_of(line, {"-c", "run.yaml", "--max-cost", "25", "--seed", "7"});
  BOOST_TEST(command_with("score", flags, {{"--max-cost", {"50"}}}) ==
             "assay score -c run.yaml --seed 7 --max-cost 50");
}

BOOST_AUTO_TEST_CASE(a_switch_is_kept_without_a_value) {
  CommandLine line;
  const ConfigFlags flags = flags_of(line, {"-c", "run.yaml", "--unverified", "--seed", "7"});
  BOOST_TEST(command_with("score", flags) == "assay score -c run.yaml --seed 7 --unverified");
}

BOOST_AUTO_TEST_CASE(the_rest_is_priced_as_what_was_done) {
  // 100 items for 1,000; 150 are left: 1,000 + 1.1 x 1,500.
  BOOST_TEST(
      cap_for_the_rest(
          {.cap = 1'000, .spent = 1'000, .unknown = 0, .worst = 40, .done = 100, .left = 150}) ==
      2'700);
}

BOOST_AUTO_TEST_CASE(what_is_unknown_is_added_and_the_cap_always_grows) {
  BOOST_TEST(
      cap_for_the_rest(
          {.cap = 1'000, .spent = 600, .unknown = 400, .worst = 40, .done = 60, .left = 10}) ==
      1'200);
  BOOST_TEST(cap_for_the_rest(
                 {.cap = 1'000, .spent = 10, .unknown = 0, .worst = 5, .done = 10, .left = 1}) >
             1'000);
}

BOOST_AUTO_TEST_CASE(where_nothing_was_done_the_next_request_fits) {
  BOOST_TEST(cap_for_the_rest(
                 {.cap = 10, .spent = 0, .unknown = 0, .worst = 400, .done = 0, .left = 3}) >= 400);
}

BOOST_AUTO_TEST_SUITE_END()

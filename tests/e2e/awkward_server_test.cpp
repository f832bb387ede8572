// Servers that make a client connect again and again: nothing lost, and nothing sent twice where
// the server says what it does. bench/end_to_end.py has how fast it goes.

#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

namespace assay::test {
namespace {

enum class Repeats { none, some };

// A run against such a server, and one against a server without any oddity.
void check_same_run(const char* fault, Repeats repeats) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(300, 5));
  const auto score = [&](const std::string& run) {
    const std::string config = lab.write(run + ".yaml", lab.config(data, run));
    Lab::Ended ended = lab.assay({"score", "-c", config, "--json"});
    BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.err);
    return ended.out;
  };
  score("plain");
  teacher::ServerOptions options;
  options.http = teacher::HttpOffer::http1;
  if (fault != nullptr) options.faults.rules = {*teacher::parse_fault_rule(fault)};
  lab.replace_server(std::move(options));
  const std::string summary = score("awkward");

  BOOST_TEST((comparable(lab.read("awkward/results.jsonl")) ==
              comparable(lab.read("plain/results.jsonl"))));
  constexpr std::uint64_t items = 900;
  simdjson::dom::parser parser;
  const std::uint64_t sent = parser.parse(summary)["session"]["requests"];
  const std::uint64_t received = lab.server().counters().requests;
  BOOST_TEST(received >= items);
  BOOST_TEST(received <= sent);
  if (repeats == Repeats::none) BOOST_TEST(sent == items);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(awkward_server)

BOOST_AUTO_TEST_CASE(one_that_only_speaks_http1) {
  check_same_run(nullptr, Repeats::none);
}

BOOST_AUTO_TEST_CASE(one_that_closes_after_each_answer) {
  check_same_run("go-away", Repeats::none);
}

BOOST_AUTO_TEST_CASE(one_that_closes_idle_connections_just_before_reuse) {
  // A request may be under way as the server closes: it cannot know.
  check_same_run("close-behind-answer", Repeats::some);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::test

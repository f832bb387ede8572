// Issue 3: what failed is said by cause with what to do about it, and --retry-failed does exactly
// that.

#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>
#include <simdjson.h>

#include <set>

namespace assay::test {
namespace {

// A tenth of the answers carry a broken log-prob, always the same ones.
teacher::ServerOptions broken_teacher() {
  teacher::ServerOptions options;
  options.price = Price{200'000'000, 200'000'000};
  options.faults.rules.push_back(teacher::parse_fault_rule("nan-logprob:0.1:always").value());
  return options;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

// Equal work is done once: keys, not rows.
std::size_t distinct_failures(const std::string& results, const std::string& cls) {
  std::set<std::string> keys;
  for (const std::string& line : lines_of(results)) {
    if (line.find("\"class\":\"" + cls + "\"") == std::string::npos) continue;
    keys.insert(line.substr(line.find("\"key\":\"") + 7, 32));
  }
  return keys.size();
}

// A run of 300 items with about thirty failures.
std::string failed_run(Lab& lab, const std::string& on_failure = "mark") {
  const std::string data = lab.write("data.jsonl", generated_rows(100, 3));
  std::string config = lab.write("c.yaml", lab.config(data, "run"));
  const Lab::Ended run = lab.assay({"score", "-c", config, "-q", "--on-failure", on_failure});
  BOOST_REQUIRE_MESSAGE(run.exit_code == 0, run.err);
  return config;
}

BOOST_AUTO_TEST_SUITE(failures)

BOOST_AUTO_TEST_CASE(each_cause_has_its_count_money_example_and_command) {
  Lab lab(broken_teacher());
  static_cast<void>(failed_run(lab));
  const std::string run = lab.path("run").string();
  const Lab::Ended shown = lab.assay({"failures", run});
  BOOST_TEST(shown.exit_code == 0, shown.err);
  BOOST_TEST(shown.out.find("invalid_logprob") != std::string::npos, shown.out);
  BOOST_TEST(shown.out.find("-> assay score -c " + run + "/config.yaml --retry-failed ") !=
                 std::string::npos,
             shown.out);
  BOOST_TEST(shown.out.find("Are the failed rows like the others?") != std::string::npos);

  simdjson::dom::parser parser;
  const Lab::Ended json = lab.assay({"failures", run, "--json"});
  const simdjson::dom::element report = parser.parse(json.out);
  std::uint64_t rows = 0;
  std::uint64_t last = 1'000;
  for (const simdjson::dom::element cause : report["causes"].get_array()) {
    const auto count = std::uint64_t{cause["rows"]};
    BOOST_TEST(count <= last);  // largest first
    BOOST_TEST(std::int64_t{cause["unknown_nanousd"]} + std::int64_t{cause["spent_nanousd"]} >= 0);
    BOOST_TEST(std::int64_t{cause["first_ms"]} <= std::int64_t{cause["last_ms"]});
    rows += count;
    last = count;
  }
  BOOST_TEST(rows == std::uint64_t{report["failed"]});
  BOOST_TEST(rows == count_of(lab.read("run/failures.jsonl"), "\n"));
}

BOOST_AUTO_TEST_CASE(a_retry_does_the_failures_of_its_class_and_nothing_else) {
  Lab lab(broken_teacher());
  const std::string config = failed_run(lab);
  const std::string results = lab.read("run/results.jsonl");
  const std::size_t broken = distinct_failures(results, "invalid_logprob");
  BOOST_REQUIRE(broken > 0u);
  const std::uint64_t before = lab.server().counters().requests;
  const Lab::Ended none = lab.assay({"score", "-c", config, "-q", "--retry-failed", "timeout"});
  BOOST_TEST(none.exit_code == 0, none.err);
  BOOST_TEST(lab.server().counters().requests == before);
  const Lab::Ended again =
      lab.assay({"score", "-c", config, "-q", "--retry-failed", "invalid_logprob"});
  BOOST_TEST(again.exit_code == 0, again.err);
  // Twice each: an answer that cannot be trusted is asked for once more.
  BOOST_TEST(lab.server().counters().requests == before + 2 * broken);
  BOOST_TEST(comparable(lab.read("run/results.jsonl")) == comparable(results));
  const Lab::Ended all = lab.assay({"score", "-c", config, "-q", "--retry-failed"});
  BOOST_TEST(all.exit_code == 0, all.err);
  BOOST_TEST(lab.server().counters().requests >= before + 4 * broken);
  BOOST_TEST(lab.assay({"score", "-c", config, "--retry-failed", "nonsense"}).exit_code == 2);
}

BOOST_AUTO_TEST_CASE(skipped_failures_are_left_out_of_the_results_and_of_nothing_else) {
  Lab lab(broken_teacher());
  static_cast<void>(failed_run(lab, "skip"));
  const std::size_t failed = count_of(lab.read("run/failures.jsonl"), "\n");
  BOOST_TEST(failed > 0u);
  BOOST_TEST(count_of(lab.read("run/results.jsonl"), "\n") + failed == 300u);
  BOOST_TEST(lab.read("run/results.jsonl").find("\"failed\"") == std::string::npos);
  BOOST_TEST(lab.read("run/summary.json").find("\"outcomes\":300") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(fail_fast_ends_with_the_first_failure_and_a_rate_beyond_the_limit_exits_3) {
  Lab lab(broken_teacher());
  const std::string data = lab.write("data.jsonl", generated_rows(100, 3));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  const Lab::Ended first =
      lab.assay({"score", "-c", config, "-q", "--on-failure", "fail_fast", "-j", "2"});
  BOOST_TEST(first.exit_code == 3, first.err);
  BOOST_TEST(lab.read("run/results.jsonl").find("not_attempted") != std::string::npos);
  const Lab::Ended rest = lab.assay({"score", "-c", config, "-q", "--max-failure-rate", "0.01"});
  BOOST_TEST(rest.exit_code == 3, rest.err);
  BOOST_TEST(lab.read("run/results.jsonl").find("not_attempted") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_damaged_journal_is_no_proof_and_no_report) {
  Lab lab(broken_teacher());
  static_cast<void>(failed_run(lab));
  std::string journal = lab.read("run/journal/000001.jsonl");
  journal[journal.size() / 2] ^= 1;
  static_cast<void>(lab.write("run/journal/000001.jsonl", journal));
  BOOST_TEST(lab.assay({"audit", lab.path("run").string()}).exit_code == 9);
  BOOST_TEST(lab.assay({"failures", lab.path("run").string()}).exit_code == 9);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test

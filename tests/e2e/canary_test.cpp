// Issue 4, part 7: a run notices another model by its canaries and stops.

#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace assay::test {
namespace {

std::vector<std::string> watched_score(const std::string& config) {
  return {"score", "-c", config, "-q", "--canaries", "always", "--canary-items", "100"};
}

std::size_t canary_records(Lab& lab) {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(lab.path("run") / "journal")) {
    for (const std::string& line :
         lines_of(lab.read("run/journal/" + file.path().filename().string())))
      count += line.find(R"("purpose":"canary")") != std::string::npos ? 1U : 0U;
  }
  return count;
}

BOOST_AUTO_TEST_SUITE(canary)

BOOST_AUTO_TEST_CASE(canaries_sing_at_the_start_during_and_at_the_end) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(100, 1));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));

  const Lab::Ended ended = lab.assay(watched_score(config));

  BOOST_TEST(ended.exit_code == 0, ended.err);
  BOOST_TEST(lines_of(lab.read("run/results.jsonl")).size() == 300u);
  // Three policies, two canaries each; before the first of 300 items and after every hundred.
  BOOST_TEST(canary_records(lab) == 4u * 6u);
}

BOOST_AUTO_TEST_CASE(a_model_that_changes_stops_the_run_and_its_resume) {
  teacher::ServerOptions options;
  options.faults.rules.push_back(teacher::parse_fault_rule("drift=250:1:always").value());
  Lab lab(std::move(options));
  const std::string data = lab.write("data.jsonl", generated_rows(300, 1));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));

  const Lab::Ended ended = lab.assay(watched_score(config));

  BOOST_TEST(ended.exit_code == 8, ended.err);
  BOOST_TEST(ended.err.find("canary-") != std::string::npos, ended.err);
  BOOST_TEST(ended.err.find("new run directory") != std::string::npos, ended.err);
  BOOST_TEST(lab.read("run/summary.json").find(R"("cause":"drift")") != std::string::npos);
  BOOST_TEST(lab.server().counters().requests < 700u);  // of 900

  // The same command again asks the canaries and sends no row.
  const std::uint64_t before = lab.server().counters().requests;
  const Lab::Ended resumed = lab.assay(watched_score(config));
  BOOST_TEST(resumed.exit_code == 8, resumed.err);
  BOOST_TEST(lab.server().counters().requests - before <= 6u);
}

BOOST_AUTO_TEST_CASE(a_drift_behind_the_last_row_stops_the_resume_that_has_no_row_left) {
  // One round before the 60 items and one behind them, of three policies with two canaries each.
  teacher::ServerOptions options;
  options.faults.rules.push_back(teacher::parse_fault_rule("drift=66:1:always").value());
  Lab lab(std::move(options));
  const std::string data = lab.write("data.jsonl", generated_rows(20, 1));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));

  const Lab::Ended ended = lab.assay(watched_score(config));
  BOOST_TEST(ended.exit_code == 8, ended.err);
  const std::uint64_t before = lab.server().counters().requests;
  BOOST_TEST(before > 66u);

  const Lab::Ended resumed = lab.assay(watched_score(config));
  BOOST_TEST(resumed.exit_code == 8, resumed.err);
  BOOST_TEST(resumed.err.find("canary-") != std::string::npos, resumed.err);
  BOOST_TEST(lab.server().counters().requests > before);
  BOOST_TEST(lab.server().counters().requests <= before + 6u);
}

BOOST_AUTO_TEST_CASE(a_run_that_ended_well_asks_no_canary_again) {
  Lab lab;
  const std::string data = lab.write("data.jsonl", generated_rows(20, 1));
  const std::string config = lab.write("c.yaml", lab.config(data, "run"));
  BOOST_TEST(lab.assay(watched_score(config)).exit_code == 0);
  const std::uint64_t before = lab.server().counters().requests;
  BOOST_TEST(lab.assay(watched_score(config)).exit_code == 0);
  BOOST_TEST(lab.server().counters().requests == before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test

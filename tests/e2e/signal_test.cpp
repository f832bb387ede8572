// Issue 2: SIGINT and SIGTERM drain and save, a second one stops at once; the run goes on
// afterwards.

#include "e2e/lab.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace assay::test {
namespace {

teacher::ServerOptions slow_teacher() {
  teacher::ServerOptions options;
  options.latency = teacher::parse_latency("100ms").value();
  return options;
}

struct Started {
  std::string config;
  cli::Child child;
};

// A run of 6,000 items at 64 in flight, of which the provider has seen a hundred.
Started start_run(Lab& lab) {
  const std::string data = lab.write("data.jsonl", generated_rows(2'000, 9));
  std::string config = lab.write("c.yaml", lab.config(data, "run"));
  cli::Child child = lab.start({"score", "-c", config, "-q"});
  while (lab.server().counters().requests < 100) {
    BOOST_REQUIRE(!child.wait_for(std::chrono::milliseconds{2}));
  }
  return Started{.config = std::move(config), .child = std::move(child)};
}

BOOST_AUTO_TEST_SUITE(signal)

BOOST_AUTO_TEST_CASE(an_interrupt_drains_saves_and_says_how_to_go_on) {
  Lab lab(slow_teacher());
  Started run = start_run(lab);
  run.child.signal(SIGINT);
  const std::string message = run.child.read_all().err;
  BOOST_TEST(run.child.wait() == 130);
  BOOST_TEST(message.find("interrupted by SIGINT") != std::string::npos, message);
  BOOST_TEST(lines_of(lab.read("run/results.jsonl")).size() == 6'000u);
  BOOST_TEST(lab.read("run/summary.json").find("\"resumable\":true") != std::string::npos);

  const std::uint64_t before = lab.server().counters().requests;
  const Lab::Ended resumed = lab.assay({"score", "-c", run.config, "-q", "--resume"});
  BOOST_TEST(resumed.exit_code == 0, resumed.err);
  BOOST_TEST(lab.read("run/results.jsonl").find("not_attempted") == std::string::npos);
  // What was drained was not asked for again: distinct items, no retries without faults.
  BOOST_TEST(lab.server().counters().requests <= 6'000u);
  BOOST_TEST(lab.server().counters().requests > before);
}

BOOST_AUTO_TEST_CASE(a_termination_ends_with_its_own_code) {
  Lab lab(slow_teacher());
  Started run = start_run(lab);
  run.child.signal(SIGTERM);
  static_cast<void>(run.child.read_all());
  BOOST_TEST(run.child.wait() == 143);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_terminal_is_called_by_its_name) {
  Lab lab(slow_teacher());
  Started run = start_run(lab);
  run.child.signal(SIGHUP);
  const std::string message = run.child.read_all().err;
  BOOST_TEST(run.child.wait() == 143);
  BOOST_TEST(message.find("ended by SIGHUP") != std::string::npos, message);
}

BOOST_AUTO_TEST_CASE(a_second_interrupt_stops_at_once_and_loses_nothing_that_was_synced) {
  Lab lab(slow_teacher());
  Started run = start_run(lab);
  run.child.signal(SIGINT);
  run.child.signal(SIGINT);
  static_cast<void>(run.child.read_all());
  BOOST_TEST(run.child.wait() == 130);
  const Lab::Ended resumed = lab.assay({"score", "-c", run.config, "-q", "--resume"});
  BOOST_TEST(resumed.exit_code == 0, resumed.err);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test

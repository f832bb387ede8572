#include "cli/failure_report.hpp"

#include "support/builders.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>

namespace assay::cli {
namespace {

// Rows whose parts outlive the report's look at them.
class Table {
 public:
  explicit Table(std::vector<std::string> policies)
      : names_(policies), report_(std::move(policies)) {}

  void ok(std::size_t policy, std::size_t response_bytes) {
    const Outcome outcome = test::proved_score(-1.0);
    add(policy, response_bytes, outcome, journal::ResultStatus::ok);
  }
  void failed(std::size_t policy,
              std::size_t response_bytes,
              FailureClass cls = FailureClass::echo_mismatch) {
    add(policy, response_bytes, make_failure(cls, "byte 9"), journal::ResultStatus::failed);
  }
  [[nodiscard]] const FailureReport& report() const { return report_; }

 private:
  void add(std::size_t policy,
           std::size_t response_bytes,
           const Outcome& outcome,
           journal::ResultStatus status) {
    Sample sample;
    sample.row = next_;
    sample.id = "id" + std::to_string(next_);
    sample.response = std::string(response_bytes, 'x');
    const Row row = sample;
    journal::ScoreRecord record{.key = {},
                                .row = next_,
                                .policy = names_[policy],
                                .outcome = outcome,
                                .delivery = {},
                                .tokens = {},
                                .errors = {},
                                .body = {}};
    record.delivery.attempts = 1;
    record.delivery.unknown.money = NanoUsd{7};
    record.delivery.time = WallTime{std::chrono::milliseconds{1'000 + static_cast<int>(next_)}};
    ++next_;
    report_.add({.row = &row,
                 .policy = policy,
                 .status = status,
                 .record = &record,
                 .failure = record.outcome.failure(),
                 .key = &record.key,
                 .cost = NanoUsd{100}});
  }

  std::vector<std::string> names_;
  FailureReport report_;
  std::uint64_t next_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(failure_report)

BOOST_AUTO_TEST_CASE(causes_stand_largest_first_with_money_times_and_the_first_example) {
  Table table({"base"});
  table.failed(0, 10, FailureClass::timeout);
  table.failed(0, 10);
  table.failed(0, 10);
  table.ok(0, 10);
  const auto groups = table.report().groups();
  BOOST_REQUIRE_EQUAL(groups.size(), 2u);
  BOOST_TEST((groups[0].cls == FailureClass::echo_mismatch));
  BOOST_TEST(groups[0].rows == 2u);
  BOOST_TEST(groups[0].spent.nanos() == 200);
  BOOST_TEST(groups[0].unknown.nanos() == 14);
  BOOST_TEST(groups[0].example_id == "id1");
  BOOST_TEST((groups[0].first == WallTime{std::chrono::milliseconds{1'001}}));
  BOOST_TEST((groups[0].last == WallTime{std::chrono::milliseconds{1'002}}));
  BOOST_TEST(table.report().failed() == 3u);
}

BOOST_AUTO_TEST_CASE(failures_that_follow_length_and_policy_are_seen) {
  Table table({"base", "warm"});
  for (int i = 0; i < 200; ++i) table.ok(0, 100 + static_cast<std::size_t>(i));
  for (int i = 0; i < 180; ++i) table.ok(1, 100 + static_cast<std::size_t>(i));
  for (int i = 0; i < 20; ++i) table.failed(1, 1'000);
  table.failed(0, 1'000);
  const auto selection = table.report().selection();
  BOOST_REQUIRE(selection.policy_p.has_value());
  BOOST_REQUIRE(selection.length_p.has_value());
  BOOST_TEST(*selection.policy_p < 0.01);
  BOOST_TEST(*selection.length_p < 0.01);
  BOOST_TEST(selection.median_failed == 1'000, boost::test_tools::tolerance(0.1));
  BOOST_TEST(to_text(table.report(), "run").find("favours short responses") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(failures_without_a_pattern_show_none) {
  Table table({"base", "warm"});
  for (std::size_t i = 0; i < 400; ++i) {
    const std::size_t policy = i % 2;
    const std::size_t bytes = 100 + (i / 2) % 50;
    i % 20 < 2 ? table.failed(policy, bytes) : table.ok(policy, bytes);
  }
  const auto selection = table.report().selection();
  BOOST_TEST(*selection.policy_p > 0.05);
  BOOST_TEST(*selection.length_p > 0.05);
}

BOOST_AUTO_TEST_CASE(a_run_without_failures_says_so_in_one_line) {
  Table table({"base"});
  table.ok(0, 10);
  BOOST_TEST(to_text(table.report(), "run") ==
             "run: 0 of 1 rows failed (0.00 %), 0 not attempted\n");
}

BOOST_AUTO_TEST_CASE(every_class_has_advice_and_a_command_on_this_run) {
  for (std::size_t i = 0; i < failure_class_count; ++i) {
    const Advice advice = advice_for(static_cast<FailureClass>(i), "my run");
    BOOST_TEST(!advice.why.empty());
    BOOST_TEST(advice.command.find("'my run/") != std::string::npos, advice.command);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::cli

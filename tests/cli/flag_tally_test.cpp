#include "cli/flag_tally.hpp"

#include "support/builders.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::cli {
namespace {

// Cells of a join, each with its own work unless told otherwise.
struct Join {
  explicit Join(std::size_t policies) : tally(policies) {}

  void cell(std::size_t policy, double nats, std::uint8_t work) {
    const ContentKey key{.bytes = {work}};
    const journal::ScoreRecord record{.key = key,
                                      .policy = "p",
                                      .outcome = test::proved_score(nats),
                                      .delivery = {},
                                      .tokens = {},
                                      .errors = {},
                                      .body = {}};
    tally.add({.policy = policy,
               .status = journal::ResultStatus::ok,
               .record = &record,
               .key = &key,
               .cost = {}});
  }
  void hole(std::size_t policy) { tally.add({.policy = policy, .cost = {}}); }

  [[nodiscard]] std::uint64_t equal(std::size_t policy) const {
    return tally.of(policy)[static_cast<std::size_t>(Remark::equals_another)];
  }

  FlagTally tally;
};

BOOST_AUTO_TEST_SUITE(flag_tally)

BOOST_AUTO_TEST_CASE(equal_values_of_different_policies_are_remarked_on_once_each) {
  Join join(3);
  join.cell(0, -1.25, 1);
  join.cell(1, -1.25, 2);
  join.cell(2, -1.25, 3);
  join.cell(0, -2, 4);
  join.cell(1, -3, 5);
  join.cell(2, -2, 6);
  BOOST_TEST(join.equal(0) == 2u);
  BOOST_TEST(join.equal(1) == 1u);
  BOOST_TEST(join.equal(2) == 2u);
}

BOOST_AUTO_TEST_CASE(equal_values_of_two_rows_are_none) {
  Join join(2);
  join.cell(0, -1.25, 1);
  join.hole(1);
  join.cell(0, -7, 2);
  join.cell(1, -1.25, 3);
  BOOST_TEST(join.equal(0) + join.equal(1) == 0u);
}

BOOST_AUTO_TEST_CASE(the_same_work_under_two_names_is_no_remark) {
  Join join(2);
  join.cell(0, -1.25, 1);
  join.cell(1, -1.25, 1);
  BOOST_TEST(join.equal(0) + join.equal(1) == 0u);
}

BOOST_AUTO_TEST_CASE(a_person_reads_what_to_look_at) {
  BOOST_TEST(to_text(RemarkCounts{}) == "");
  BOOST_TEST(to_text(RemarkCounts{0, 2, 0, 1'000}) ==
             "all zeros 2, equal to another policy's 1,000");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::cli

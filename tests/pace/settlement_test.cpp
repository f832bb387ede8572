#include "pace/settlement.hpp"

#include "printers.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>

namespace assay::pace {
namespace {

using Kind = Settlement::Kind;
constexpr Price price{200'000'000, 400'000'000};

Settlement settled(const Reply& reply) {
  return settlement_of(reply, price, test::bound(100, 1));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(settlement)

BOOST_AUTO_TEST_CASE(the_worst_case_is_the_bound_at_its_price) {
  const WorstCase worst = worst_case(price, test::bound(100, 1));
  BOOST_TEST(worst.amount() == test::amount(100 * 200 + 400, 101, 1));
  BOOST_TEST(!worst_case(std::nullopt, test::bound(100)).usd.has_value());
}

BOOST_AUTO_TEST_CASE(a_proved_answer_costs_what_its_usage_says) {
  const Settlement settlement = settled(test::answered(25));
  BOOST_TEST((settlement.kind == Kind::known));
  BOOST_TEST(settlement.cost == test::amount(25 * 200 + 400, 26, 1));
  BOOST_TEST(!settlement.above_bound);
}

BOOST_DATA_TEST_CASE(a_figure_that_cannot_be_leaves_the_reservation_unknown,
                     boost::unit_test::data::make(std::vector<std::int64_t>{
                         0,
                         -1,
                         std::numeric_limits<std::int64_t>::min(),
                         1'000'000'000'001,
                         std::numeric_limits<std::int64_t>::max()}),
                     input) {
  BOOST_TEST((settled(test::answered(input)).kind == Kind::unknown));
}

BOOST_AUTO_TEST_CASE(absent_usage_leaves_the_reservation_unknown) {
  Reply reply = test::answered(25);
  reply.usage = {};
  BOOST_TEST((settled(reply).kind == Kind::unknown));
}

BOOST_AUTO_TEST_CASE(an_absent_output_is_charged_at_its_bound) {
  Reply reply = test::answered(25);
  reply.usage.output.reset();
  BOOST_TEST(settled(reply).cost == test::amount(25 * 200 + 400, 26, 1));
}

BOOST_AUTO_TEST_CASE(usage_above_the_bound_is_taken_as_it_is_and_shown) {
  const Settlement settlement = settled(test::answered(5'000));
  BOOST_TEST((settlement.kind == Kind::known));
  BOOST_TEST(settlement.above_bound);
  BOOST_TEST(settlement.cost.tokens == TokenCount{5'001});
}

BOOST_AUTO_TEST_CASE(the_usage_of_an_answer_that_cannot_be_trusted_is_not) {
  Reply reply = test::answered(25);
  reply.result = std::vector<Outcome>{make_failure(FailureClass::echo_mismatch, "other text")};
  BOOST_TEST((settled(reply).kind == Kind::unknown));
}

BOOST_AUTO_TEST_CASE(a_straddled_boundary_is_billed_like_any_answer) {
  Reply reply = test::answered(25);
  reply.result = std::vector<Outcome>{make_failure(FailureClass::boundary_inside_token, "byte 9")};
  BOOST_TEST((settled(reply).kind == Kind::known));
}

BOOST_AUTO_TEST_CASE(failures_are_told_apart_by_what_may_have_been_billed) {
  BOOST_TEST((settled(test::failed(FailureClass::timeout, 0, true)).kind == Kind::unknown));
  BOOST_TEST((settled(test::failed(FailureClass::connection, 0)).kind == Kind::never));
  BOOST_TEST((settled(test::failed(FailureClass::rate_limited, 429)).kind == Kind::refused));
  BOOST_TEST(
      (settled(test::failed(FailureClass::malformed_response, 200, true)).kind == Kind::unknown));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace

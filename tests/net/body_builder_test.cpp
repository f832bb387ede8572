#include "net/body_builder.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace assay::net {

BOOST_AUTO_TEST_SUITE(body_builder)

BOOST_AUTO_TEST_CASE(pieces_make_a_body_with_padding_behind_it) {
  const AnswerLimits limits;
  BodyBudget budget(limits.bodies_bytes_max);
  BodyBuilder builder(limits, budget);
  std::string whole;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
    whole += piece;
    BOOST_REQUIRE(builder.append(piece).has_value());
  }
  const Body body = builder.take();
  BOOST_TEST((body.view() == whole));
  BOOST_TEST(body.view().data()[whole.size()] == '\0');
}

BOOST_AUTO_TEST_CASE(an_announced_length_is_allocated_at_the_first_byte_and_exactly) {
  const AnswerLimits limits;
  BodyBudget budget(1000);
  BodyBuilder builder(limits, budget);
  BOOST_REQUIRE(builder.announce(900).has_value());
  BOOST_REQUIRE(budget.take(1000));
  budget.give_back(1000);
  BOOST_REQUIRE(builder.append("x").has_value());
  BOOST_TEST(!budget.take(101));
  BOOST_TEST(budget.take(100));
}

BOOST_AUTO_TEST_CASE(more_than_was_announced_is_still_bounded) {
  AnswerLimits limits;
  limits.body_bytes_max = 8;
  BodyBudget budget(limits.bodies_bytes_max);
  BodyBuilder builder(limits, budget);
  BOOST_REQUIRE(builder.announce(4).has_value());
  BOOST_TEST(builder.append("12345678").has_value());
  BOOST_TEST(builder.append("9").error().reason == "the body is longer than its limit");
}

BOOST_AUTO_TEST_CASE(a_body_gives_its_memory_back_when_it_is_dropped) {
  const AnswerLimits limits;
  BodyBudget budget(10'000);
  {
    BodyBuilder builder(limits, budget);
    BOOST_REQUIRE(builder.append(std::string(5000, 'x')).has_value());
    BOOST_TEST(!budget.take(10'000));
  }
  BOOST_TEST(budget.take(10'000));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net

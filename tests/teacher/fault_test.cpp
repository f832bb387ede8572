#include "teacher/fault.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <cmath>

namespace assay::teacher {

namespace {

FaultPlan plan_of(std::uint64_t seed, std::initializer_list<std::string_view> rules) {
  FaultPlan plan{seed, {}};
  for (const auto text : rules) {
    auto rule = parse_fault_rule(text);
    BOOST_REQUIRE_MESSAGE(rule.has_value(), text);
    plan.rules.push_back(*rule);
  }
  return plan;
}

ContentKey content(int number) {
  return content_digest("teacher-base", fmt::format("prompt {}", number));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fault)

BOOST_AUTO_TEST_CASE(a_rule_strikes_its_share_of_contents) {
  const auto plan = plan_of(1, {"status-500:0.1:always"});
  int struck = 0;
  for (int i = 0; i < 10'000; ++i) struck += fault_for(plan, content(i), 1) != nullptr ? 1 : 0;
  BOOST_TEST(std::abs(struck - 1000) < 5 * 30);
}

BOOST_AUTO_TEST_CASE(fate_is_the_same_in_any_order) {
  const auto plan = plan_of(7, {"status-500:0.2", "stall:0.1:2", "nan-logprob:0.1:always"});
  const auto again = plan_of(7, {"status-500:0.2", "stall:0.1:2", "nan-logprob:0.1:always"});
  for (int i = 999; i >= 0; --i) {
    const auto* first = fault_for(plan, content(i), 1 + static_cast<std::uint32_t>(i % 4));
    const auto* second = fault_for(again, content(i), 1 + static_cast<std::uint32_t>(i % 4));
    BOOST_REQUIRE((first == nullptr) == (second == nullptr));
    if (first != nullptr) BOOST_REQUIRE(first->name == second->name);
  }
}

BOOST_AUTO_TEST_CASE(a_passing_fault_passes_and_a_lasting_one_lasts) {
  const auto passing = plan_of(3, {"status-503:0.3:2"});
  const auto lasting = plan_of(3, {"status-503:0.3:always"});
  int struck = 0;
  for (int i = 0; i < 500; ++i) {
    const bool hit = fault_for(passing, content(i), 1) != nullptr;
    struck += hit ? 1 : 0;
    BOOST_REQUIRE((fault_for(passing, content(i), 2) != nullptr) == hit);
    BOOST_REQUIRE(fault_for(passing, content(i), 3) == nullptr);
    BOOST_REQUIRE(fails_for_good(lasting, content(i), 100) == hit);
    BOOST_REQUIRE(!fails_for_good(passing, content(i), 3));
  }
  BOOST_TEST(struck > 100);
}

BOOST_AUTO_TEST_CASE(attempts_are_drawn_each_by_itself) {
  const auto plan = plan_of(3, {"status-503:0.5"});
  int differs = 0;
  for (int i = 0; i < 200; ++i) {
    differs +=
        (fault_for(plan, content(i), 1) == nullptr) != (fault_for(plan, content(i), 2) == nullptr)
            ? 1
            : 0;
  }
  BOOST_TEST(differs > 60);
}

BOOST_AUTO_TEST_CASE(rules_are_drawn_apart_and_the_first_wins) {
  const auto both = plan_of(3, {"stall:1:always", "drip:1:always"});
  BOOST_TEST(fault_for(both, content(0), 1)->name == "stall");
  const auto one = plan_of(3, {"stall:0.5:always"});
  const auto other = plan_of(3, {"drip:0.5:always"});
  int differs = 0;
  for (int i = 0; i < 200; ++i) {
    differs +=
        (fault_for(one, content(i), 1) == nullptr) != (fault_for(other, content(i), 1) == nullptr)
            ? 1
            : 0;
  }
  BOOST_TEST(differs > 60);
}

BOOST_AUTO_TEST_CASE(an_ordinal_strikes_once) {
  const auto plan = plan_of(3, {"stall@17"});
  BOOST_TEST(fault_at(plan, 17)->name == "stall");
  BOOST_TEST((fault_at(plan, 16) == nullptr && fault_at(plan, 18) == nullptr));
  BOOST_TEST((fault_for(plan, content(0), 17) == nullptr));
}

BOOST_AUTO_TEST_CASE(model_and_prompt_are_both_part_of_the_content) {
  BOOST_TEST((content_digest("a", "bc") != content_digest("ab", "c")));
  BOOST_TEST((content_digest("a", "x") != content_digest("b", "x")));
}

BOOST_AUTO_TEST_CASE(a_wrong_rule_names_the_nearest_fault) {
  const auto rule = parse_fault_rule("nan-logprobs:0.1");
  BOOST_REQUIRE(!rule.has_value());
  BOOST_TEST(rule.error().detail.find("'nan-logprob'") != std::string::npos);
  for (const auto wrong :
       {"stall:", "stall:2", "stall:0.5:0", "stall:0.5:x", "stall@0", "stall@", "stall:-1", ""}) {
    BOOST_TEST(!parse_fault_rule(wrong).has_value(), wrong);
  }
}

BOOST_AUTO_TEST_CASE(a_bare_name_strikes_always) {
  const auto plan = plan_of(3, {"shifted-logprobs"});
  for (int i = 0; i < 50; ++i) BOOST_REQUIRE(fault_for(plan, content(i), 3) != nullptr);
}

BOOST_AUTO_TEST_CASE(an_amount_is_taken_where_there_is_one) {
  BOOST_TEST(parse_fault_rule("noise")->amount == 0.02);
  BOOST_TEST(parse_fault_rule("noise=0.5")->amount == 0.5);
  BOOST_TEST(parse_fault_rule("drift=7:0.5:always")->amount == 7);
  BOOST_TEST(parse_fault_rule("truncate-left=64@3")->amount == 64);
  for (const auto wrong : {"noise=", "noise=x", "noise=-1", "noise=0", "stall=3", "=3"})
    BOOST_TEST(!parse_fault_rule(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(names_are_distinct) {
  auto names = fault_names();
  std::sort(names.begin(), names.end());
  BOOST_TEST((std::adjacent_find(names.begin(), names.end()) == names.end()));
  BOOST_TEST(names.size() > 30u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher

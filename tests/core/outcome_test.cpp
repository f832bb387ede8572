#include "support/builders.hpp"
#include "support/printers.hpp"
#include <assay/outcome.hpp>

#include <set>
#include <string_view>
#include <type_traits>

namespace assay {
namespace {

// No number can be had from a failure, and none from a certificate that was never issued.
template <class T>
concept gives_a_value_or = requires(const T& outcome) { outcome.value_or(0.0); };
template <class T>
concept gives_a_value = requires(const T& outcome) { outcome.value(); };
static_assert(!gives_a_value_or<Outcome> && !gives_a_value<Outcome>);
static_assert(!std::is_convertible_v<Outcome, double> && !std::is_constructible_v<bool, Outcome>);
static_assert(!std::is_default_constructible_v<Outcome>);
static_assert(!std::is_constructible_v<Outcome, double> &&
              !std::is_constructible_v<Outcome, LogProb>);
static_assert(!std::is_default_constructible_v<Certificate>);
static_assert(!std::is_constructible_v<Certificate, Method>);
static_assert(!std::is_default_constructible_v<Score>);

constexpr Check optional_checks[] = {Check::complete, Check::model};
constexpr Check required_checks[] = {Check::echo_equal,
                                     Check::entry_count,
                                     Check::first_entry_only,
                                     Check::values_valid,
                                     Check::boundary,
                                     Check::neutral_sampling};

BOOST_AUTO_TEST_SUITE(outcome)

BOOST_AUTO_TEST_CASE(a_fresh_draft_issues_nothing) {
  const auto certificate = Certificate::Draft(Method::echo).issue();
  BOOST_REQUIRE(!certificate);
  BOOST_TEST(certificate.error() == Check::echo_equal);
}

BOOST_AUTO_TEST_CASE(each_unchecked_verdict_alone_refuses) {
  for (std::size_t i = 0; i < check_count; ++i) {
    auto draft = test::proved_draft();
    draft.set(static_cast<Check>(i), Verdict::unchecked);
    const auto certificate = draft.issue();
    BOOST_REQUIRE(!certificate);
    BOOST_TEST(certificate.error() == static_cast<Check>(i));
  }
}

BOOST_AUTO_TEST_CASE(what_decides_the_number_must_be_proved) {
  for (const Check check : required_checks) {
    auto draft = test::proved_draft();
    draft.set(check, Verdict::not_reported);
    BOOST_TEST(draft.issue().error() == check);
  }
}

BOOST_AUTO_TEST_CASE(what_a_provider_does_not_report_makes_grade_b) {
  for (const Check check : optional_checks) {
    auto draft = test::proved_draft();
    draft.set(check, Verdict::not_reported);
    BOOST_TEST(draft.issue().value().grade() == Grade::b);
  }
}

BOOST_AUTO_TEST_CASE(everything_proved_is_grade_a) {
  BOOST_TEST(test::proved_draft().issue().value().grade() == Grade::a);
  BOOST_TEST(test::proved_draft(Method::forced).issue().value().grade() == Grade::a);
}

BOOST_AUTO_TEST_CASE(a_difference_of_two_calls_is_grade_c_at_best) {
  BOOST_TEST(test::proved_draft(Method::two_call).issue().value().grade() == Grade::c);
}

BOOST_AUTO_TEST_CASE(a_recorded_value_gets_no_certificate) {
  BOOST_TEST(!test::proved_draft(Method::recorded).issue().has_value());
}

BOOST_AUTO_TEST_CASE(a_certificate_keeps_verdicts_flags_and_method) {
  auto draft = test::proved_draft(Method::forced);
  draft.set(Check::model, Verdict::not_reported);
  draft.set(Flags{.above_zero = true});
  const Certificate certificate = draft.issue().value();
  BOOST_TEST(certificate.method() == Method::forced);
  BOOST_TEST(certificate.verdict(Check::model) == Verdict::not_reported);
  BOOST_TEST(certificate.verdict(Check::boundary) == Verdict::proved);
  BOOST_TEST(certificate.flags() == Flags{.above_zero = true});
}

BOOST_AUTO_TEST_CASE(a_scored_outcome_has_no_failure) {
  const Outcome outcome = test::proved_score(-14.72, 21);
  BOOST_REQUIRE(outcome.score() != nullptr);
  BOOST_TEST(outcome.score()->logprob.nats() == -14.72);
  BOOST_TEST(outcome.score()->tokens == TokenCount{21});
  BOOST_TEST(outcome.failure() == nullptr);
}

BOOST_AUTO_TEST_CASE(a_failed_outcome_has_no_score) {
  const Outcome outcome = Failure{FailureClass::timeout, "no first byte within 120 s"};
  BOOST_TEST(outcome.score() == nullptr);
  BOOST_REQUIRE(outcome.failure() != nullptr);
  BOOST_TEST(outcome.failure()->cls == FailureClass::timeout);
}

BOOST_AUTO_TEST_CASE(a_score_never_equals_a_failure) {
  const Outcome scored = test::proved_score(0.0);
  const Outcome failed = Failure{FailureClass::missing_logprob, ""};
  BOOST_TEST(scored != failed);
  BOOST_TEST(scored == Outcome(test::proved_score(0.0)));
  BOOST_TEST(scored != Outcome(test::proved_score(0.0, 2)));
}

// Every name, each once, and back: formats depend on them.
template <class Enum, class FromName>
void check_names(std::size_t count, FromName from_name) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = static_cast<Enum>(i);
    BOOST_TEST(seen.insert(name_of(value)).second);
    BOOST_TEST((from_name(name_of(value)) == value));
  }
  BOOST_TEST(!from_name("").has_value());
  BOOST_TEST(!from_name("Echo").has_value());
}

BOOST_AUTO_TEST_CASE(names_of_methods_and_checks_read_back) {
  check_names<Method>(4, method_of);
  check_names<Check>(check_count, check_of);
}

BOOST_AUTO_TEST_CASE(grades_are_letters) {
  BOOST_TEST(name_of(Grade::a) == "A");
  BOOST_TEST(name_of(Grade::b) == "B");
  BOOST_TEST(name_of(Grade::c) == "C");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay

#include "pace/pacer.hpp"

#include "printers.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <vector>

namespace assay::pace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::at;

struct Stage {
  EndpointTerms terms;
  std::optional<Pacer> pacer;

  Pacer& open() { return pacer.emplace(terms, Limits{}, at({}), Rng{1}); }
  Permit take(Instant now) { return pacer->acquire(test::bound(100), Urgency::fresh, now).value(); }
  Denial denied(Instant now, Urgency urgency = Urgency::fresh) {
    return pacer->acquire(test::bound(100), urgency, now).error();
  }
  void answer(const Permit& permit, Instant now) {
    Pacer::Feedback feedback;
    feedback.observation.status = 200;
    feedback.bound = test::bound(100);
    feedback.usage = {TokenCount{25}, TokenCount{1}};
    pacer->on_reply(permit, feedback, now);
  }
  void refuse(const Permit& permit, std::optional<Duration> hint, Instant now) {
    Pacer::Feedback feedback;
    feedback.observation.status = 429;
    feedback.observation.retry_after = hint;
    feedback.bound = test::bound(100);
    feedback.failure = FailureClass::rate_limited;
    pacer->on_reply(permit, feedback, now);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pacer, Stage)

BOOST_AUTO_TEST_CASE(with_nothing_known_one_request_goes_first) {
  open();
  const Permit probe = take(at({}));
  BOOST_TEST((denied(at({})).binding.kind == Binding::Kind::concurrency));
  answer(probe, at(seconds(1)));
  BOOST_TEST(pacer->concurrency() == 8);
}

// Ten requests of 100 bytes, each taken for a token, are what any second holds.
BOOST_AUTO_TEST_CASE(a_limit_per_second_holds_in_every_second) {
  terms.input_tokens_per_second = 1'000;
  terms.concurrency = 1'000;
  open();
  std::vector<Instant> sent;
  for (Instant now = at({}); now < at(seconds(10)); now += milliseconds(1)) {
    if (pacer->acquire(test::bound(100), Urgency::fresh, now)) sent.push_back(now);
  }
  BOOST_TEST(sent.size() >= 90u);
  for (std::size_t i = 10; i < sent.size(); ++i) BOOST_TEST((sent[i] - sent[i - 10] >= seconds(1)));
  BOOST_TEST((denied(at(seconds(10))).binding.kind == Binding::Kind::input_tokens_per_second));
}

BOOST_AUTO_TEST_CASE(a_configured_rate_binds_and_is_named) {
  terms.requests_per_minute = 600;
  open();
  static_cast<void>(take(at({})));
  const Denial denial = denied(at({}));
  BOOST_TEST(denial.not_before.value() == at(milliseconds(100)));
  BOOST_TEST(to_text(denial.binding) == "RPM 600, from config");
}

BOOST_AUTO_TEST_CASE(concurrency_waits_for_an_answer_not_for_a_time) {
  terms.concurrency = 1;
  open();
  const Permit permit = take(at({}));
  BOOST_TEST(!denied(at({})).not_before.has_value());
  answer(permit, at(seconds(1)));
  static_cast<void>(take(at(seconds(1))));
}

BOOST_AUTO_TEST_CASE(a_permit_that_is_not_used_leaves_no_trace) {
  terms.requests_per_minute = 600;
  open();
  pacer->cancel(take(at({})), at({}));
  BOOST_TEST(pacer->in_flight() == 0);
  static_cast<void>(take(at({})));
}

BOOST_DATA_TEST_CASE_F(Stage,
                       a_hint_holds_everybody_back_and_is_never_undercut,
                       boost::unit_test::data::make({60, 500, 1'000, 20'000, 119'000}),
                       hint_ms) {
  terms.concurrency = 10;
  open();
  const Permit refused = take(at({}));
  refuse(refused, milliseconds(hint_ms), at({}));
  const Denial denial = denied(at({}));
  BOOST_TEST((denial.binding.kind == Binding::Kind::cooldown));
  BOOST_TEST(denial.not_before.value() >= at(milliseconds(hint_ms)));
  static_cast<void>(take(*denial.not_before));
}

BOOST_AUTO_TEST_CASE(an_outage_is_told_and_probed) {
  terms.concurrency = 10;
  open();
  Pacer::Judgement judgement;
  for (int i = 0; i < 5; ++i) {
    Pacer::Feedback feedback;
    feedback.failure = FailureClass::connection;
    feedback.bound = test::bound(100);
    judgement = pacer->on_reply(take(at({})), feedback, at({}));
  }
  BOOST_TEST(judgement.outage);
  BOOST_TEST((denied(at(seconds(1))).binding.kind == Binding::Kind::outage));
  static_cast<void>(take(at(seconds(3))));
  BOOST_TEST((denied(at(seconds(3))).binding.kind == Binding::Kind::outage));
}

BOOST_AUTO_TEST_CASE(retries_wait_for_their_budget_and_fresh_requests_do_not) {
  terms.concurrency = 100;
  open();
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(pacer->acquire(test::bound(1), Urgency::retry, at({})).has_value());
  }
  BOOST_TEST((denied(at({}), Urgency::retry).binding.kind == Binding::Kind::retry_budget));
  static_cast<void>(take(at({})));
}

BOOST_AUTO_TEST_CASE(tokens_are_estimated_from_what_was_billed_before) {
  terms.tokens_per_minute = 60'000;
  terms.tokens_burst = 202;
  open();
  const Permit first = take(at({}));
  BOOST_TEST(first.tokens[0] == 101);
  answer(first, at({}));
  BOOST_TEST(take(at({})).tokens[0] == 26);
}

BOOST_AUTO_TEST_CASE(input_tokens_are_a_limit_of_their_own) {
  terms.input_tokens_per_minute = 6'000;
  terms.tokens_burst = 100;
  open();
  static_cast<void>(take(at({})));
  const Denial denial = denied(at({}));
  BOOST_TEST(denial.not_before.value() == at(seconds(1)));
  BOOST_TEST(to_text(denial.binding) == "input TPM 6,000, from config");
}

BOOST_AUTO_TEST_CASE(an_output_limit_is_learnt_and_binds_where_output_is_asked_for) {
  terms.concurrency = 10;
  open();
  Pacer::Feedback feedback;
  feedback.observation.status = 200;
  feedback.observation.output_tokens = {60, 0, std::nullopt};
  feedback.bound = test::bound(100);
  pacer->on_reply(take(at({})), feedback, at({}));
  BOOST_TEST((denied(at({})).binding.kind == Binding::Kind::output_tokens_per_minute));
}

BOOST_AUTO_TEST_CASE(shut_it_grants_nothing_and_keeps_the_first_reason) {
  open();
  pacer->shut({Shut::Cause::refused, FailureClass::auth, "the first"});
  pacer->shut({Shut::Cause::unavailable, std::nullopt, "the second"});
  BOOST_TEST((denied(at({})).binding.kind == Binding::Kind::shut));
  BOOST_TEST(pacer->shut()->reason == "the first");
}

BOOST_AUTO_TEST_CASE(a_restart_counts_what_was_sent_before) {
  terms.requests_per_minute = 60;
  open();
  const std::vector<Pacer::PastSend> past{{seconds(1), 60, 1'560}};
  pacer->restore(past, at({}));
  BOOST_TEST(denied(at({})).not_before.value() >= at(seconds(59)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::pace

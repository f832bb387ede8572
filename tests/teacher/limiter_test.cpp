#include "teacher/limiter.hpp"

#include "core/rng.hpp"
#include "teacher/latency.hpp"
#include "teacher/rate_headers.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

namespace assay::teacher {

namespace {

using namespace std::chrono_literals;
using Verdict = Admission::Verdict;

Limits limits_of(LimiterKind kind) {
  Limits limits;
  limits.requests_per_minute = 600;
  limits.kind = kind;
  limits.burst = 1s;
  return limits;
}

// Tries every 10 ms for three minutes; gives the instants that were let through.
std::vector<Instant> hammer(Limiter& limiter, Instant start) {
  std::vector<Instant> taken;
  for (auto now = start; now < start + 180s; now += 10ms) {
    if (limiter.admit(1, now).verdict != Verdict::admitted) continue;
    limiter.release();
    taken.push_back(now);
  }
  return taken;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(limiter)

BOOST_AUTO_TEST_CASE(a_bucket_lets_through_its_burst_and_then_its_rate) {
  const Instant start{};
  Limiter limiter(limits_of(LimiterKind::bucket), start);
  const auto taken = hammer(limiter, start);
  BOOST_TEST(taken.size() >= 10u + 1799u);
  BOOST_TEST(taken.size() <= 10u + 1800u);
}

BOOST_AUTO_TEST_CASE(a_sliding_log_never_exceeds_its_allowance_in_any_minute) {
  const Instant start{};
  Limiter limiter(limits_of(LimiterKind::log), start);
  const auto taken = hammer(limiter, start);
  for (std::size_t i = 600; i < taken.size(); ++i)
    BOOST_REQUIRE((taken[i] - taken[i - 600] >= 60s));
  BOOST_TEST(taken.size() == 1800u);
}

BOOST_AUTO_TEST_CASE(a_fixed_window_is_full_again_at_its_start) {
  const Instant start{};
  Limiter limiter(limits_of(LimiterKind::window), start);
  const auto taken = hammer(limiter, start);
  BOOST_TEST(taken.size() == 1800u);
  BOOST_TEST((taken[600] == start + 60s));
}

BOOST_AUTO_TEST_CASE(the_hint_is_exact_for_each_kind) {
  for (const auto kind : {LimiterKind::bucket, LimiterKind::window, LimiterKind::log}) {
    Instant now{};
    Limiter limiter(limits_of(kind), now);
    while (limiter.admit(1, now).verdict == Verdict::admitted) now += 1ms;
    const auto refused = limiter.admit(1, now);
    BOOST_TEST((refused.verdict == Verdict::over_requests));
    BOOST_TEST(
        (limiter.admit(1, now + refused.retry_after - 1us).verdict == Verdict::over_requests));
    BOOST_TEST((limiter.admit(1, now + refused.retry_after).verdict == Verdict::admitted));
  }
}

BOOST_AUTO_TEST_CASE(tokens_and_requests_bind_each_by_itself) {
  auto limits = limits_of(LimiterKind::bucket);
  limits.tokens_per_minute = 6000;
  limits.burst = 60s;
  const Instant now{};
  Limiter limiter(limits, now);
  BOOST_TEST((limiter.admit(5000, now).verdict == Verdict::admitted));
  BOOST_TEST((limiter.admit(1001, now).verdict == Verdict::over_tokens));
  BOOST_TEST((limiter.admit(6001, now).verdict == Verdict::too_large));
  BOOST_TEST((limiter.admit(1000, now).verdict == Verdict::admitted));
  BOOST_TEST(limiter.tokens(now)->remaining == 0);
  BOOST_TEST(limiter.requests(now)->remaining == 598);
}

BOOST_AUTO_TEST_CASE(a_refused_request_takes_nothing) {
  auto limits = limits_of(LimiterKind::log);
  limits.tokens_per_minute = 100;
  const Instant now{};
  Limiter limiter(limits, now);
  BOOST_TEST((limiter.admit(100, now).verdict == Verdict::admitted));
  for (int i = 0; i < 50; ++i) BOOST_TEST((limiter.admit(1, now).verdict == Verdict::over_tokens));
  BOOST_TEST(limiter.requests(now)->remaining == 599);
}

BOOST_AUTO_TEST_CASE(concurrency_is_given_back) {
  Limits limits;
  limits.concurrency = 2;
  const Instant now{};
  Limiter limiter(limits, now);
  BOOST_TEST((limiter.admit(1, now).verdict == Verdict::admitted));
  BOOST_TEST((limiter.admit(1, now).verdict == Verdict::admitted));
  BOOST_TEST((limiter.admit(1, now).verdict == Verdict::over_concurrency));
  limiter.release();
  BOOST_TEST((limiter.admit(1, now).verdict == Verdict::admitted));
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_gains_nothing) {
  Instant now = Instant{} + 100s;
  Limiter limiter(limits_of(LimiterKind::bucket), now);
  while (limiter.admit(1, now).verdict == Verdict::admitted) {
  }
  BOOST_TEST((limiter.admit(1, now - 50s).verdict == Verdict::over_requests));
  BOOST_TEST((limiter.admit(1, now).verdict == Verdict::over_requests));
}

BOOST_AUTO_TEST_CASE(durations_are_written_as_go_writes_them) {
  BOOST_TEST(go_duration(0s) == "0s");
  BOOST_TEST(go_duration(120ms) == "120ms");
  BOOST_TEST(go_duration(1500ms) == "1.5s");
  BOOST_TEST(go_duration(6min) == "6m0s");
  BOOST_TEST(go_duration(1min + 30500ms) == "1m30.5s");
  BOOST_TEST(go_duration(1h + 2min + 3s) == "1h2m3s");
  BOOST_TEST(go_duration(1ns) == "1ms");
}

BOOST_AUTO_TEST_CASE(retry_hints_are_rounded_up) {
  std::string headers;
  append_rate_headers(headers,
                      RateStyle::openai,
                      {.requests = {}, .tokens = {}, .retry_after = 1001ms + 1ns, .unix_s = 0});
  BOOST_TEST(headers == "retry-after: 2\r\nretry-after-ms: 1002\r\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher

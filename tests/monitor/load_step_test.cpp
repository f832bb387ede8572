#include "monitor/load_step.hpp"

#include <boost/test/unit_test.hpp>

using namespace assay;
using namespace assay::monitor;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// `count` requests, one every `apart`, each done `service` after it went out.
LoadStep steady(int count, milliseconds apart, milliseconds service) {
  LoadStep step;
  step.span = count * apart;
  for (int i = 0; i < count; ++i) {
    step.requests.push_back({.due = i * apart,
                             .sent = i * apart,
                             .done = i * apart + service,
                             .failure = std::nullopt,
                             .tokens = 30});
  }
  return step;
}

LoadFigures closed(double in_flight, double rate) {
  LoadFigures figures;
  figures.asked = in_flight;
  figures.rate = rate;
  figures.good = 1;
  return figures;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load_step)

BOOST_AUTO_TEST_CASE(latency_counts_from_when_a_request_was_due) {
  LoadStep step = steady(100, milliseconds{10}, milliseconds{5});
  // A stall of 500 ms: fifty requests go out late, each quick by itself.
  for (int i = 50; i < 100; ++i) {
    auto& request = step.requests[static_cast<std::size_t>(i)];
    request.sent = std::max<Duration>(request.due, milliseconds{1000});
    request.done = request.sent + milliseconds{5};
  }

  const LoadFigures figures = figures_of(step);

  BOOST_TEST(figures.service->max.count() == Duration(milliseconds{5}).count());
  BOOST_TEST(figures.latency->max.count() == Duration(milliseconds{505}).count());
  BOOST_TEST(figures.latency->p99.count() == Duration(milliseconds{495}).count());
  BOOST_TEST(figures.latency->p50.count() == Duration(milliseconds{5}).count());
}

BOOST_AUTO_TEST_CASE(the_rate_is_that_of_the_second_half) {
  LoadStep step = steady(200, milliseconds{20}, milliseconds{5});
  for (int i = 0; i < 500; ++i) {  // a burst at the start
    step.requests.push_back(
        {.due = {}, .sent = {}, .done = milliseconds{1}, .failure = std::nullopt, .tokens = 30});
  }

  const LoadFigures figures = figures_of(step);

  BOOST_TEST(*figures.rate == 50.0, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(*figures.tokens_per_second == 1500.0, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(refusals_are_counted_by_class_and_give_no_latency) {
  LoadStep step = steady(10, milliseconds{10}, milliseconds{5});
  for (auto& request : step.requests) request.failure = FailureClass::rate_limited;

  const LoadFigures figures = figures_of(step);

  BOOST_TEST(figures.failed == 10u);
  BOOST_TEST(figures.errors.at("rate_limited") == 10u);
  BOOST_TEST(!figures.latency.has_value());
  BOOST_TEST(!figures.rate.has_value());
}

BOOST_AUTO_TEST_CASE(an_answer_that_proves_nothing_is_as_fast_as_any_other) {
  LoadStep step = steady(10, milliseconds{10}, milliseconds{5});
  for (auto& request : step.requests) request.failure = FailureClass::boundary_inside_token;

  const LoadFigures figures = figures_of(step);

  BOOST_TEST(figures.good == 0u);
  BOOST_TEST(*figures.rate == 100.0, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_limit_that_just_binds_is_named) {
  std::vector<LoadFigures> steps{closed(4, 50.3), closed(8, 49.9)};
  steps[1].bound_by = "RPM 3,000, from headers";
  BOOST_TEST(findings_of(steps).bound_by == "RPM 3,000, from headers");
}

BOOST_AUTO_TEST_CASE(the_knee_is_the_least_load_with_nearly_the_best_rate) {
  const std::vector<LoadFigures> steps{
      closed(1, 10), closed(2, 20), closed(4, 38), closed(8, 41), closed(16, 40)};

  const LoadFindings findings = findings_of(steps);

  BOOST_TEST(*findings.rate_max == 41.0);
  BOOST_TEST(steps[*findings.knee].asked == 4.0);
}

BOOST_AUTO_TEST_CASE(the_ladder_doubles_until_nothing_is_gained) {
  std::vector<LoadFigures> steps;
  BOOST_TEST(*next_concurrency(steps, 64) == 1u);
  for (const auto& [in_flight, rate] : {std::pair{1, 10.0}, {2, 20.0}, {4, 20.5}}) {
    steps.push_back(closed(in_flight, rate));
  }
  BOOST_TEST(*next_concurrency(steps, 64) == 8u);
  BOOST_TEST(*next_concurrency(steps, 6) == 6u);
  BOOST_TEST(!next_concurrency(steps, 4).has_value());
  steps.push_back(closed(8, 21));
  BOOST_TEST(!next_concurrency(steps, 64).has_value());
}

BOOST_AUTO_TEST_CASE(the_ladder_ends_where_a_rate_limit_binds) {
  std::vector<LoadFigures> steps{closed(1, 10)};
  steps.back().bound_by_rate = true;
  BOOST_TEST(!next_concurrency(steps, 64).has_value());
}

BOOST_AUTO_TEST_CASE(what_was_not_measured_is_a_dash_and_null) {
  const std::vector<LoadFigures> steps{LoadFigures{}};
  BOOST_TEST(load_table(steps).find(" - ") != std::string::npos);
  BOOST_TEST(load_json(steps).find("\"rate_max_per_second\":null") != std::string::npos);
  BOOST_TEST(load_picture(steps).ends_with("</svg>\n"));
}

BOOST_AUTO_TEST_SUITE_END()

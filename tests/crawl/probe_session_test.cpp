// What the doctor's exchanges come to when there is no provider, or no money for them.

#include "crawl/probe_session.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::crawl {
namespace {

ProbeTerms terms_of(std::int64_t tokens) {
  ProbeTerms terms;
  terms.model = "m";
  terms.endpoint.name = "local";
  terms.endpoint.dialect = wire::find_dialect("openai");
  terms.endpoint.client.origin =
      net::parse_origin("http://127.0.0.1:1/v1").value();  // nothing listens there
  terms.caps.tokens = TokenCount{tokens};
  return terms;
}

BOOST_AUTO_TEST_SUITE(probe_session)

BOOST_AUTO_TEST_CASE(an_exchange_that_no_longer_fits_the_budget_ends_the_session) {
  auto session = ProbeSession::open(terms_of(100));
  BOOST_REQUIRE(session.has_value());
  const std::vector<doctor::Exchange> exchanges{{.prompts = {std::string(1'000, 'x')}}};
  const auto seen = (*session)->carry_out(exchanges, Together::all_at_once);
  BOOST_REQUIRE(!seen.has_value());
  BOOST_TEST((seen.error().code == Errc::usage));
  BOOST_TEST(seen.error().detail.find("cap in tokens") != std::string::npos, seen.error().detail);
  BOOST_TEST((*session)->spent().requests == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::crawl

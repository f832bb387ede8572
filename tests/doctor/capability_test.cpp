#include "doctor/capability.hpp"

#include "doctor/paper_endpoint.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::test {
namespace {

const doctor::Binding binding{.origin = "https://127.0.0.1:8443/v1",
                              .dialect = "openai",
                              .model = "paper",
                              .template_name = "none"};
const WallTime now{std::chrono::hours(24 * 20'000)};

doctor::Capability issued() {
  PaperEndpoint endpoint([](const PaperRequest&, PaperAnswer& answer) { answer.model = "lite"; });
  return doctor::capability_of(examine(endpoint), binding, now, "0.1.0");
}

BOOST_AUTO_TEST_SUITE(capability)

BOOST_AUTO_TEST_CASE(it_reads_back_as_it_was_written) {
  const doctor::Capability written = issued();
  const auto read = doctor::parse_capability(doctor::to_json(written));
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST((read->binding == binding));
  BOOST_TEST((read->expires == now + doctor::validity));
  BOOST_TEST(read->lines.size() == written.lines.size());
  BOOST_TEST(doctor::to_json(*read) == doctor::to_json(written));
}

BOOST_AUTO_TEST_CASE(an_edited_one_is_refused) {
  std::string json = doctor::to_json(issued());
  const std::size_t at = json.find("\"verdict\":\"fail\"");
  BOOST_REQUIRE(at != std::string::npos);
  json.replace(at, 16, "\"verdict\":\"pass\"");
  const auto read = doctor::parse_capability(json);
  BOOST_REQUIRE(!read.has_value());
  BOOST_TEST(read.error().detail.find("changed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(any_cut_is_refused) {
  const std::string json = doctor::to_json(issued());
  for (std::size_t size = 0; size + 1 < json.size(); size += 7)
    BOOST_TEST(!doctor::parse_capability(json.substr(0, size)).has_value());
}

BOOST_AUTO_TEST_CASE(it_speaks_for_its_own_binding_until_it_expires) {
  const doctor::Capability capability = issued();
  BOOST_TEST(!doctor::objection(capability, binding, now + std::chrono::days(6)));
  BOOST_TEST(doctor::objection(capability, binding, now + std::chrono::days(7)).has_value());
  BOOST_TEST(doctor::objection(capability, binding, now - std::chrono::days(2)).has_value());
  for (std::string doctor::Binding::* part : {&doctor::Binding::origin,
                                              &doctor::Binding::dialect,
                                              &doctor::Binding::model,
                                              &doctor::Binding::template_name}) {
    doctor::Binding other = binding;
    other.*part += "x";
    BOOST_TEST(doctor::objection(capability, other, now).has_value());
    BOOST_TEST(doctor::file_name(other) != doctor::file_name(binding));
  }
}

BOOST_AUTO_TEST_CASE(it_names_what_failed) {
  const auto failed = doctor::failed_properties(issued());
  BOOST_REQUIRE(failed.size() == 1u);
  BOOST_TEST(failed.front().starts_with("model ("));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test

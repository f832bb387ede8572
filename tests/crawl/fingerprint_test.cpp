#include "crawl/fingerprint.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace assay::crawl {
namespace {

const std::vector<CertifiedFingerprint> certified{{.policy = 1, .endpoint = 0, .value = "fp_a"}};

BOOST_AUTO_TEST_SUITE(fingerprint)

BOOST_AUTO_TEST_CASE(another_one_than_was_certified_is_a_mismatch) {
  const auto failure = other_fingerprint(certified, 1, 0, "fp_b");
  BOOST_REQUIRE(failure.has_value());
  BOOST_TEST((failure->cls == FailureClass::model_mismatch));
  BOOST_TEST(failure->reason == "served fingerprint fp_b, the certificate is for fp_a");
}

BOOST_AUTO_TEST_CASE(the_same_one_or_none_is_no_objection) {
  BOOST_TEST(!other_fingerprint(certified, 1, 0, "fp_a").has_value());
  BOOST_TEST(!other_fingerprint(certified, 1, 0, "").has_value());
}

BOOST_AUTO_TEST_CASE(each_policy_and_endpoint_has_its_own) {
  BOOST_TEST(!other_fingerprint(certified, 0, 0, "fp_b").has_value());
  BOOST_TEST(!other_fingerprint(certified, 1, 1, "fp_b").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::crawl

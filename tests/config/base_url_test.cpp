#include "config/base_url.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::config {

BOOST_AUTO_TEST_SUITE(base_url)

BOOST_AUTO_TEST_CASE(an_address_falls_into_parts) {
  const auto url = parse_base_url("https://API.example.com/v1/");
  BOOST_REQUIRE(url.has_value());
  BOOST_TEST(url->scheme == "https");
  BOOST_TEST(url->host == "api.example.com");
  BOOST_TEST(url->port == 443);
  BOOST_TEST(url->path == "/v1");
  BOOST_TEST(url->origin() == "https://api.example.com");
}

BOOST_AUTO_TEST_CASE(a_port_of_its_own_belongs_to_the_origin) {
  BOOST_TEST(parse_base_url("https://a.b:8443")->origin() == "https://a.b:8443");
  BOOST_TEST(parse_base_url("https://a.b:443")->origin() == "https://a.b");
  BOOST_TEST(parse_base_url("https://[::1]:8443/v1")->origin() == "https://[::1]:8443");
}

BOOST_AUTO_TEST_CASE(plain_http_is_for_loopback_only) {
  BOOST_TEST(parse_base_url("http://127.0.0.1:8000/v1").has_value());
  BOOST_TEST(parse_base_url("http://localhost").has_value());
  BOOST_TEST(parse_base_url("http://[::1]:8000").has_value());
  BOOST_TEST(!parse_base_url("http://api.example.com").has_value());
  BOOST_TEST(!parse_base_url("http://127.0.0.1.evil.com").has_value());
  BOOST_TEST(!parse_base_url("http://localhost.evil.com").has_value());
}

BOOST_AUTO_TEST_CASE(what_may_hide_a_secret_or_a_header_is_refused) {
  for (const std::string_view text : {"https://user:secret@host/v1",
                                      "https://host/v1?api_key=secret",
                                      "https://host/#secret",
                                      "https://host/v1\r\nX: secret",
                                      "https://ho st",
                                      "https://h\xC3\xB6st"}) {
    const auto url = parse_base_url(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_REQUIRE(!url.has_value());
      BOOST_TEST(!url.error().contains("secret"));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_refused) {
  for (const std::string_view text : {"",
                                      "host",
                                      "ftp://host",
                                      "https://",
                                      "https:///v1",
                                      "https://host:0",
                                      "https://host:65536",
                                      "https://host:",
                                      "https://host:8a",
                                      "https://[::1",
                                      "https://[zz]",
                                      "https://a\\b",
                                      "//host",
                                      "https//host"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(!parse_base_url(text).has_value());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::config

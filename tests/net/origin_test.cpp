#include "net/origin.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace assay::net {

BOOST_AUTO_TEST_SUITE(origin)

BOOST_AUTO_TEST_CASE(a_base_url_is_taken_apart) {
  const auto origin = parse_origin("https://API.Example.com:8443/v1/");

  BOOST_REQUIRE(origin.has_value());
  BOOST_CHECK(
      *origin ==
      (Origin{
          .scheme = Scheme::https, .host = "api.example.com", .port = 8443, .base_path = "/v1"}));
}

BOOST_AUTO_TEST_CASE(the_port_is_the_schemes_own_where_none_is_given) {
  BOOST_TEST(parse_origin("https://example.com")->port == 443);
  BOOST_TEST(parse_origin("http://localhost")->port == 80);
}

BOOST_AUTO_TEST_CASE(origins_are_shown_without_path_and_own_port) {
  BOOST_TEST(to_text(*parse_origin("https://example.com:443/v1")) == "https://example.com");
  BOOST_TEST(to_text(*parse_origin("https://[::1]:8443/v1")) == "https://[::1]:8443");
  BOOST_TEST(authority_with_port(*parse_origin("https://example.com")) == "example.com:443");
}

BOOST_AUTO_TEST_CASE(one_address_in_many_spellings_is_one_origin) {
  BOOST_CHECK(*parse_origin("https://[0:0:0:0:0:0:0:1]") == *parse_origin("https://[::1]"));
  BOOST_CHECK(*parse_origin("HTTPS://Example.COM") == *parse_origin("https://example.com/"));
}

BOOST_AUTO_TEST_CASE(what_is_no_plain_origin_is_refused) {
  const std::vector<std::string> bad{
      "",
      "example.com",
      "ftp://example.com",
      "https://",
      "https:///v1",
      "https://example.com:0",
      "https://example.com:65536",
      "https://example.com:",
      "https://example.com:8a",
      "https://example.com:+443",
      "https://127.1",
      "https://0x7f.0.0.1",
      "https://2130706433",
      "https://1.2.3.4.5",
      "https://256.1.1.1",
      "https://[::1",
      "https://[::1%lo]",
      "https://[127.0.0.1]",
      "https://[::1]x",
      "https://exa mple.com",
      "https://exam\tple.com",
      "https://b\xc3\xbc"
      "cher.example",
      "https://-a.example",
      "https://a..b",
      "https://example.com.",
      "https://example.com/v1?key=x",
      "https://example.com/#x",
      "https://example.com\\@evil",
      "https://example.com/a b",
      std::string("https://example.com/\0", 21),
  };
  for (const std::string& url : bad) {
    const auto origin = parse_origin(url);
    BOOST_TEST(!origin.has_value(), url);
    if (!origin) BOOST_CHECK(origin.error().code == Errc::config);
  }
}

BOOST_AUTO_TEST_CASE(a_password_or_query_in_a_url_is_refused_and_never_shown) {
  for (const char* url : {"https://user:hunter2@example.com",
                          "https://hunter2@example.com",
                          "https://example.com/v1?key=hunter2",
                          "https://example.com/@hunter2"}) {
    const auto origin = parse_origin(url);
    BOOST_REQUIRE(!origin.has_value());
    BOOST_TEST(origin.error().detail.find("hunter2") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(http_is_for_the_own_machine_unless_allowed) {
  BOOST_TEST(parse_origin("http://127.0.0.1:80").has_value());
  BOOST_TEST(parse_origin("http://127.8.9.1").has_value());
  BOOST_TEST(parse_origin("http://[::1]").has_value());
  BOOST_TEST(parse_origin("http://localhost:8080").has_value());
  BOOST_TEST(!parse_origin("http://example.com").has_value());
  BOOST_TEST(!parse_origin("http://10.0.0.1").has_value());
  BOOST_TEST(!parse_origin("http://localhost.example.com").has_value());
  BOOST_TEST(parse_origin("http://10.0.0.1", PlainHttp::allowed).has_value());
}

BOOST_AUTO_TEST_CASE(of_a_redirect_only_the_targets_origin_is_shown) {
  BOOST_TEST(shown_target("https://evil.example/a?token=1") == "https://evil.example");
  BOOST_TEST(shown_target("http://evil.example:8080#x") == "http://evil.example:8080");
  BOOST_TEST(shown_target("//evil.example/x") == "https://evil.example");
  BOOST_TEST(shown_target("/v2/completions") == "the same origin");
  BOOST_TEST(shown_target("v2/completions?next=https://x") == "an unreadable target");
  BOOST_TEST(shown_target("v2") == "the same origin");
  BOOST_TEST(shown_target("javascript:alert(1)") == "an unreadable target");
  BOOST_TEST(shown_target("https://u:p@evil.example/") == "an unreadable target");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net

#include "net/proxy.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::net {

namespace {

Origin origin_of(std::string_view url) {
  return *parse_origin(url);
}

bool exempt(std::string_view list, std::string_view host, std::uint16_t port = 443) {
  return matches_no_proxy(list, host, port);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(proxy)

BOOST_AUTO_TEST_CASE(the_proxy_of_the_environment_is_used_for_https) {
  const auto found = proxy_for(origin_of("https://example.com"),
                               {.https_proxy = "http://proxy.local:3128", .no_proxy = ""});

  BOOST_REQUIRE(found.has_value());
  BOOST_CHECK(found->value() == (Proxy{.host = "proxy.local", .port = 3128}));
}

BOOST_AUTO_TEST_CASE(a_proxy_without_scheme_is_an_http_proxy) {
  const auto found =
      proxy_for(origin_of("https://example.com"), {.https_proxy = "10.0.0.1:3128", .no_proxy = ""});
  BOOST_CHECK(found->value() == (Proxy{.host = "10.0.0.1", .port = 3128}));
}

BOOST_AUTO_TEST_CASE(no_proxy_and_http_origins_and_no_setting_mean_none) {
  const ProxySettings settings{.https_proxy = "http://p:1", .no_proxy = "example.com"};
  BOOST_CHECK(*proxy_for(origin_of("https://api.example.com"), settings) == std::nullopt);
  BOOST_CHECK(*proxy_for(origin_of("http://localhost"), settings) == std::nullopt);
  BOOST_CHECK(*proxy_for(origin_of("https://other.org"), {}) == std::nullopt);
}

BOOST_AUTO_TEST_CASE(a_proxy_url_with_password_path_or_tls_is_refused) {
  for (const char* url :
       {"http://user:hunter2@p:1", "https://p:1", "http://p:1/x", "socks5://p:1"}) {
    const auto found = proxy_for(origin_of("https://e.com"), {.https_proxy = url, .no_proxy = ""});
    BOOST_REQUIRE_MESSAGE(!found.has_value(), url);
    BOOST_TEST(found.error().detail.starts_with("HTTPS_PROXY"));
    BOOST_TEST(!found.error().detail.contains("hunter2"));
  }
}

BOOST_AUTO_TEST_CASE(no_proxy_names_cover_themselves_and_what_lies_below) {
  for (const char* list : {"example.com",
                           ".example.com",
                           "*.example.com",
                           "EXAMPLE.com",
                           "a.b,example.com",
                           "a.b example.com"}) {
    BOOST_TEST(exempt(list, "api.example.com"), list);
  }
  BOOST_TEST(exempt("example.com", "example.com"));
  BOOST_TEST(!exempt("example.com", "badexample.com"));
  BOOST_TEST(!exempt("api.example.com", "example.com"));
  BOOST_TEST(!exempt("example.com", "example.com.evil.org"));
  BOOST_TEST(!exempt("", "example.com"));
  BOOST_TEST(!exempt(",, ,.", "example.com"));
  BOOST_TEST(exempt("*", "example.com"));
}

BOOST_AUTO_TEST_CASE(no_proxy_takes_ports_addresses_and_networks) {
  BOOST_TEST(exempt("example.com:8443", "example.com", 8443));
  BOOST_TEST(!exempt("example.com:8443", "example.com", 443));
  BOOST_TEST(exempt("127.0.0.1", "127.0.0.1"));
  BOOST_TEST(exempt("127.0.0.1:443", "127.0.0.1"));
  BOOST_TEST(exempt("10.0.0.0/8", "10.1.2.3"));
  BOOST_TEST(!exempt("10.0.0.0/8", "11.1.2.3"));
  BOOST_TEST(!exempt("10.0.0.0/33", "10.1.2.3"));
  BOOST_TEST(!exempt("10.0.0.0/x", "10.0.0.0"));
  BOOST_TEST(exempt("::1", "::1"));
  BOOST_TEST(exempt("[::1]:443", "::1"));
  BOOST_TEST(!exempt("[::1]:80", "::1"));
  BOOST_TEST(!exempt("[::1", "::1"));
  BOOST_TEST(exempt("2001:db8::/32", "2001:db8::7"));
  BOOST_TEST(!exempt("1", "127.0.0.1"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net

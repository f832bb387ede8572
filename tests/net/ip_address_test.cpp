#include "net/ip_address.hpp"

#include <boost/test/unit_test.hpp>

namespace assay::net {

BOOST_AUTO_TEST_SUITE(ip_address)

BOOST_AUTO_TEST_CASE(addresses_are_read_and_shown) {
  BOOST_TEST(to_text(*parse_ip("127.0.0.1")) == "127.0.0.1");
  BOOST_TEST(to_text(*parse_ip("2001:DB8::0:1")) == "2001:db8::1");
}

BOOST_AUTO_TEST_CASE(half_addresses_are_none) {
  for (const char* text : {"", "127.1", "1.2.3.4.5", "01.2.3.4x", "localhost", "[::1]", "::1%lo"}) {
    BOOST_TEST(!parse_ip(text).has_value(), text);
  }
  BOOST_TEST(!parse_ip(std::string_view("127.0.0.1\0", 10)).has_value());
}

BOOST_AUTO_TEST_CASE(loopback_is_told_in_each_form) {
  for (const char* text : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) {
    BOOST_TEST(is_loopback(*parse_ip(text)), text);
  }
  for (const char* text : {"128.0.0.1", "::2", "::ffff:10.0.0.1", "0.0.0.0"}) {
    BOOST_TEST(!is_loopback(*parse_ip(text)), text);
  }
}

BOOST_AUTO_TEST_CASE(metadata_and_link_local_addresses_are_forbidden_targets) {
  for (const char* text : {"169.254.169.254",
                           "169.254.0.1",
                           "::ffff:169.254.169.254",
                           "fe80::1",
                           "febf::1",
                           "fd00:ec2::254",
                           "100.100.100.200",
                           "0.0.0.0",
                           "::",
                           "224.0.0.1",
                           "255.255.255.255",
                           "ff02::1"}) {
    BOOST_TEST(is_forbidden_target(*parse_ip(text)), text);
  }
  for (const char* text : {"127.0.0.1", "10.0.0.1", "8.8.8.8", "::1", "fec0::1", "2001:db8::1"}) {
    BOOST_TEST(!is_forbidden_target(*parse_ip(text)), text);
  }
}

BOOST_AUTO_TEST_CASE(a_network_is_its_leading_bits) {
  const auto inside = [](const char* address, const char* network, int bits) {
    return in_network(*parse_ip(address), *parse_ip(network), bits);
  };
  BOOST_TEST(inside("10.1.2.3", "10.0.0.0", 8));
  BOOST_TEST(inside("10.1.2.3", "10.1.2.2", 31));
  BOOST_TEST(!inside("10.1.2.3", "10.1.2.2", 32));
  BOOST_TEST(inside("10.1.2.3", "11.0.0.0", 7));
  BOOST_TEST(inside("10.1.2.3", "99.0.0.0", 0));
  BOOST_TEST(inside("2001:db8::1", "2001:db8::", 127));
  BOOST_TEST(inside("2001:db8::1", "2001:db8::1", 128));
  BOOST_TEST(!inside("::1", "0.0.0.0", 0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net

#include "net/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>

namespace assay::net {

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN || text.contains('\0')) return {};
  char terminated[INET6_ADDRSTRLEN] = {};
  std::memcpy(terminated, text.data(), text.size());
  IpAddress address;
  if (inet_pton(AF_INET, terminated, address.bytes.data()) == 1) return address;
  address.family = IpAddress::Family::v6;
  if (inet_pton(AF_INET6, terminated, address.bytes.data()) == 1) return address;
  return {};
}

std::string to_text(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  const int family = address.family == IpAddress::Family::v4 ? AF_INET : AF_INET6;
  inet_ntop(family, address.bytes.data(), text, sizeof text);
  return text;
}

namespace {

// ::ffff:a.b.c.d is the IPv4 address that it carries.
IpAddress unmapped(const IpAddress& address) {
  static constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (address.family != IpAddress::Family::v6 ||
      !std::equal(prefix.begin(), prefix.end(), address.bytes.begin())) {
    return address;
  }
  IpAddress v4;
  std::copy_n(address.bytes.begin() + 12, 4, v4.bytes.begin());
  return v4;
}

bool in_literal(const IpAddress& address, std::string_view network, int prefix_bits) {
  return in_network(address, *parse_ip(network), prefix_bits);
}

}  // namespace

bool is_loopback(const IpAddress& address) {
  const IpAddress plain = unmapped(address);
  return in_literal(plain, "127.0.0.0", 8) || in_literal(plain, "::1", 128);
}

bool is_forbidden_target(const IpAddress& address) {
  const IpAddress plain = unmapped(address);
  return in_literal(plain, "169.254.0.0", 16) || in_literal(plain, "fe80::", 10) ||
         in_literal(plain, "fd00:ec2::254", 128) || in_literal(plain, "100.100.100.200", 32) ||
         in_literal(plain, "0.0.0.0", 8) || in_literal(plain, "::", 128) ||
         in_literal(plain, "224.0.0.0", 4) || in_literal(plain, "240.0.0.0", 4) ||
         in_literal(plain, "ff00::", 8);
}

bool in_network(const IpAddress& address, const IpAddress& network, int prefix_bits) {
  if (address.family != network.family) return false;
  const auto whole = static_cast<std::size_t>(prefix_bits / 8);
  if (!std::equal(address.bytes.begin(), address.bytes.begin() + whole, network.bytes.begin())) {
    return false;
  }
  const int rest = prefix_bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff00U >> rest);
  return ((address.bytes[whole] ^ network.bytes[whole]) & mask) == 0;
}

}  // namespace assay::net

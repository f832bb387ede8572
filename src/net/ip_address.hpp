#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::net {

// An IPv4 or IPv6 address as a plain value.
struct IpAddress {
  enum class Family : std::uint8_t { v4, v6 };
  Family family = Family::v4;
  std::array<std::uint8_t, 16> bytes{};  // network order; the first four of an IPv4 address
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// "127.0.0.1" or "::1"; dotted quads in full and decimal only, no zone, no brackets. Empty for
// anything else.
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);
[[nodiscard]] std::string to_text(const IpAddress& address);

// 127.0.0.0/8, ::1, and IPv4 loopback mapped into IPv6.
[[nodiscard]] bool is_loopback(const IpAddress& address);

// Addresses a name must never lead to: link-local ones (169.254.0.0/16, fe80::/10), where clouds
// keep their metadata services, the two metadata addresses outside them (fd00:ec2::254,
// 100.100.100.200), multicast and "any".
[[nodiscard]] bool is_forbidden_target(const IpAddress& address);

// Whether the first `prefix_bits` bits agree. Addresses of different families never match.
[[nodiscard]] bool in_network(const IpAddress& address, const IpAddress& network, int prefix_bits);

}  // namespace assay::net

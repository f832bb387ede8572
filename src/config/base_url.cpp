#include "config/base_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace assay::config {
namespace {

constexpr std::uint16_t port_of(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  return host.starts_with("127.") &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// The host and what follows it. Errors: empty.
struct Authority {
  std::string_view host;
  std::string_view port;
};
std::expected<Authority, std::string> split_authority(std::string_view text) {
  if (text.contains('@')) return std::unexpected("holds a user name or password: use api_key_env");
  std::size_t end = text.find(':');
  std::string_view host = text.substr(0, end);
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return std::unexpected("lacks the ']' of its IPv6 address");
    host = text.substr(1, end - 1);
    if (host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) {
      return std::unexpected("has an IPv6 address with a strange character");
    }
    ++end;
  } else if (host.find_first_not_of(
                 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") !=
             std::string_view::npos) {
    return std::unexpected("has a host name with a strange character");
  }
  if (host.empty()) return std::unexpected("names no host");
  std::string_view rest = end < text.size() ? text.substr(end) : std::string_view();
  if (rest.empty()) return Authority{host, {}};
  if (!rest.starts_with(':') || rest.size() == 1)
    return std::unexpected("has no port after the ':'");
  return Authority{host, rest.substr(1)};
}

std::expected<std::uint16_t, std::string> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (ec != std::errc{} || end != text.data() + text.size() || port == 0) {
    return std::unexpected("has a port that is not a number from 1 to 65535");
  }
  return port;
}

}  // namespace

std::string BaseUrl::origin() const {
  const std::string bracketed = host.contains(':') ? fmt::format("[{}]", host) : host;
  if (port == port_of(scheme)) return fmt::format("{}://{}", scheme, bracketed);
  return fmt::format("{}://{}:{}", scheme, bracketed, port);
}

std::string BaseUrl::server() const {
  return path == "/v1" ? origin() : origin() + path;
}

std::expected<BaseUrl, std::string> parse_base_url(std::string_view text) {
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7f && c != '\\'; };
  if (!std::ranges::all_of(text, is_plain)) {
    return std::unexpected("holds a space, a control character or a letter beyond ASCII");
  }
  const std::size_t colon = text.find("://");
  BaseUrl url;
  url.scheme = lower_case(text.substr(0, colon));
  if (colon == std::string_view::npos || (url.scheme != "https" && url.scheme != "http")) {
    return std::unexpected("is not an address such as https://api.example.com/v1");
  }
  text.remove_prefix(colon + 3);
  if (text.find_first_of("?#") != std::string_view::npos) {
    return std::unexpected("has a query or a fragment: leave only scheme, host, port and path");
  }
  const std::size_t slash = text.find('/');
  const auto authority = split_authority(text.substr(0, slash));
  if (!authority) return std::unexpected(authority.error());
  url.host = lower_case(authority->host);
  const auto port = authority->port.empty() ? port_of(url.scheme) : parse_port(authority->port);
  if (!port) return std::unexpected(port.error());
  url.port = *port;
  if (slash != std::string_view::npos) url.path = text.substr(slash);
  while (url.path.ends_with('/')) url.path.pop_back();
  if (url.scheme == "http" && !is_loopback(url.host)) {
    return std::unexpected(
        "is plain http, which is allowed for loopback addresses only: use https");
  }
  return url;
}

}  // namespace assay::config

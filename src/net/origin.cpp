#include "net/origin.hpp"

#include "net/ip_address.hpp"
#include "net/response_head.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace assay::net {

namespace {

constexpr std::size_t host_bytes_max = 253;  // RFC 1035
constexpr std::size_t label_bytes_max = 63;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_label_char(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_';
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= label_bytes_max && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, is_label_char);
}

// A name whose last label is a number would be read as an IPv4 address by some resolvers ("127.1",
// "0x7f.1", "2130706433").
bool is_host_name(std::string_view host) {
  if (host.size() > host_bytes_max) return false;
  std::string_view last;
  for (std::string_view rest = host;;) {
    const std::size_t dot = rest.find('.');
    last = rest.substr(0, dot);
    if (!is_label(last)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return !is_digit(last.front());
}

bool is_path_char(char c) {
  return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
}

struct Parts {
  Scheme scheme;
  std::string_view authority;
  std::string_view path;
};

// A sentence in place of the parts when the URL is none of ours. Never quotes what may be a
// password.
std::expected<Parts, std::string_view> split(std::string_view url) {
  const std::string scheme = lower_case(url.substr(0, url.find("://")));
  Parts parts{};
  if (scheme == "https") {
    parts.scheme = Scheme::https;
  } else if (scheme == "http") {
    parts.scheme = Scheme::http;
  } else {
    return std::unexpected("it must begin with https://");
  }
  url.remove_prefix(scheme.size() + 3);
  const std::size_t end = std::min(url.find_first_of("/?#\\"), url.size());
  parts.authority = url.substr(0, end);
  parts.path = url.substr(end);
  if (url.find('@') != std::string_view::npos) {
    return std::unexpected("it holds a user name or password; give the key by api_key_env instead");
  }
  if (parts.path.find_first_of("?#") != std::string_view::npos) {
    return std::unexpected("it has a query or fragment; leave it out");
  }
  if (!std::ranges::all_of(parts.path, is_path_char)) {
    return std::unexpected("its path holds characters that must be percent-encoded");
  }
  while (parts.path.ends_with('/')) parts.path.remove_suffix(1);
  return parts;
}

struct HostPort {
  std::string host;
  std::optional<std::uint16_t> port;
};

std::expected<HostPort, std::string_view> split_authority(std::string_view authority) {
  HostPort result;
  std::string_view rest;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return std::unexpected("its IPv6 address lacks a bracket");
    const auto address = parse_ip(authority.substr(1, close - 1));
    if (!address || address->family != IpAddress::Family::v6) {
      return std::unexpected("what stands in brackets is not an IPv6 address");
    }
    result.host = to_text(*address);
    rest = authority.substr(close + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    result.host = lower_case(authority.substr(0, colon));
    rest = authority.substr(colon);
    const auto address = parse_ip(result.host);
    if (!address && !is_host_name(result.host)) {
      return std::unexpected("its host is neither a name in ASCII nor a full IP address");
    }
  }
  if (rest.empty()) return result;
  rest.remove_prefix(1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  if (rest.empty() || error != std::errc{} || end != rest.data() + rest.size() || port == 0) {
    return std::unexpected("its port is not a number from 1 to 65535");
  }
  result.port = port;
  return result;
}

bool names_loopback(const std::string& host) {
  const auto address = parse_ip(host);
  return address ? is_loopback(*address) : host == "localhost";
}

std::uint16_t own_port(Scheme scheme) {
  return scheme == Scheme::https ? 443 : 80;
}

std::string bracketed(const std::string& host) {
  return host.contains(':') ? "[" + host + "]" : host;
}

std::expected<Origin, std::string_view> read_origin(std::string_view url) {
  const auto parts = split(url);
  if (!parts) return std::unexpected(parts.error());
  auto place = split_authority(parts->authority);
  if (!place) return std::unexpected(place.error());
  return Origin{.scheme = parts->scheme,
                .host = std::move(place->host),
                .port = place->port.value_or(own_port(parts->scheme)),
                .base_path = std::string(parts->path)};
}

// A user name, query or fragment may be a key.
bool can_be_shown(std::string_view url) {
  return std::ranges::all_of(url, is_path_char) &&
         url.find_first_of("@?#") == std::string_view::npos;
}

}  // namespace

Result<Origin> parse_origin(std::string_view url, PlainHttp plain_http) {
  auto origin = read_origin(url);
  if (!origin) {
    const std::string shown = can_be_shown(url) ? " \"" + std::string(url) + "\"" : "";
    return fail(Errc::config,
                "the base URL" + shown + " cannot be used: " + std::string(origin.error()));
  }
  if (origin->scheme == Scheme::http && plain_http == PlainHttp::loopback_only &&
      !names_loopback(origin->host)) {
    return fail(Errc::config,
                "the base URL " + to_text(*origin) +
                    " would send the key unencrypted to another machine; use https://");
  }
  return std::move(*origin);
}

std::string authority_with_port(const Origin& origin) {
  return bracketed(origin.host) + ":" + std::to_string(origin.port);
}

std::string authority(const Origin& origin) {
  return origin.port == own_port(origin.scheme) ? bracketed(origin.host)
                                                : authority_with_port(origin);
}

std::string to_text(const Origin& origin) {
  return (origin.scheme == Scheme::https ? "https://" : "http://") + authority(origin);
}

std::string shown_target(std::string_view location) {
  if (location.starts_with('/') && !location.starts_with("//")) return "the same origin";
  if (location.starts_with("//")) return shown_target("https:" + std::string(location));
  // The path and query are cut off first: only the origin is wanted.
  const std::size_t start = location.find("://");
  if (start == std::string_view::npos) {
    return location.contains(':') ? "an unreadable target" : "the same origin";
  }
  const std::size_t end = location.find_first_of("/?#\\", start + 3);
  const auto origin = read_origin(location.substr(0, end));
  return origin ? to_text(*origin) : "an unreadable target";
}

}  // namespace assay::net

#include "net/proxy.hpp"

#include "net/ip_address.hpp"
#include "net/response_head.hpp"

#include <algorithm>
#include <charconv>

namespace assay::net {

namespace {

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

bool matches_network(std::string_view entry, const IpAddress& address) {
  const std::size_t slash = entry.find('/');
  const auto network = parse_ip(entry.substr(0, slash));
  if (!network) return false;
  const int bits_max = network->family == IpAddress::Family::v4 ? 32 : 128;
  if (slash == std::string_view::npos) return in_network(address, *network, bits_max);
  const auto bits = number_of<int>(entry.substr(slash + 1));
  return bits && *bits >= 0 && *bits <= bits_max && in_network(address, *network, *bits);
}

bool matches_name(std::string_view entry, std::string_view host) {
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty() || host.size() < entry.size()) return false;
  const std::size_t lead = host.size() - entry.size();
  return equal_ignoring_case(host.substr(lead), entry) && (lead == 0 || host[lead - 1] == '.');
}

// Takes ":port" off the entry; false when it names another port. An IPv6 entry carries a port only
// in brackets.
bool take_port(std::string_view& entry, std::uint16_t port) {
  std::string_view given;
  if (entry.starts_with('[')) {
    const std::size_t close = entry.find(']');
    if (close == std::string_view::npos) return false;
    given = entry.substr(close + 1);
    entry = entry.substr(1, close - 1);
  } else if (std::ranges::count(entry, ':') == 1) {
    given = entry.substr(entry.find(':'));
    entry = entry.substr(0, entry.find(':'));
  }
  if (given.empty()) return true;
  return given.starts_with(':') && number_of<std::uint16_t>(given.substr(1)) == port;
}

bool matches_entry(std::string_view entry, std::string_view host, std::uint16_t port) {
  if (entry == "*") return true;
  if (!take_port(entry, port)) return false;
  const auto address = parse_ip(host);
  return address ? matches_network(entry, *address) : matches_name(entry, host);
}

}  // namespace

bool matches_no_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
  while (!no_proxy.empty()) {
    const std::size_t end = std::min(no_proxy.find_first_of(", \t"), no_proxy.size());
    const std::string_view entry = no_proxy.substr(0, end);
    if (!entry.empty() && matches_entry(entry, host, port)) return true;
    no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
  }
  return false;
}

Result<std::optional<Proxy>> proxy_for(const Origin& origin, const ProxySettings& settings) {
  if (settings.https_proxy.empty() || origin.scheme != Scheme::https ||
      matches_no_proxy(settings.no_proxy, origin.host, origin.port)) {
    return std::nullopt;
  }
  std::string url = settings.https_proxy;
  if (!url.contains("://")) url = "http://" + url;  // "proxy:3128" is what many machines have
  const auto place = parse_origin(url, PlainHttp::allowed);
  if (!place) return fail(Errc::config, "HTTPS_PROXY: " + place.error().detail);
  if (place->scheme != Scheme::http || !place->base_path.empty()) {
    return fail(Errc::config,
                "HTTPS_PROXY must be of the form http://host:port; a proxy that is itself reached "
                "over TLS, or has a path, is not supported");
  }
  return Proxy{.host = place->host, .port = place->port};
}

}  // namespace assay::net

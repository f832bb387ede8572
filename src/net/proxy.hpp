#pragma once

#include "assay/result.hpp"
#include "net/origin.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::net {

// A proxy that is asked by CONNECT; TLS runs through it end to end, so it sees host names and
// nothing else.
struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  friend bool operator==(const Proxy&, const Proxy&) = default;
};

// What the environment says, read by the command line: HTTPS_PROXY and NO_PROXY.
struct ProxySettings {
  std::string https_proxy;
  std::string no_proxy;
};

// The proxy for an origin, or none. http origins never go through one.
// Errors: Errc::config for a proxy URL with user name or password, a path, no port, or another
// scheme than http.
[[nodiscard]] Result<std::optional<Proxy>> proxy_for(const Origin& origin,
                                                     const ProxySettings& settings);

// Whether NO_PROXY exempts the host. Entries are separated by commas or spaces: "*" for all, a name
// for itself and what lies below it (a leading dot changes nothing), an address, a network
// ("10.0.0.0/8"); each may end in ":port".
[[nodiscard]] bool matches_no_proxy(std::string_view no_proxy,
                                    std::string_view host,
                                    std::uint16_t port);

}  // namespace assay::net

#pragma once

#include "assay/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::net {

enum class Scheme : std::uint8_t { https, http };

// Where requests go: the only host that ever sees the key.
struct Origin {
  Scheme scheme = Scheme::https;
  std::string host;  // lower case; an IPv6 literal without its brackets
  std::uint16_t port = 443;
  std::string base_path;  // "" or "/v1": no slash at its end
  friend bool operator==(const Origin&, const Origin&) = default;
};

// Without TLS only on the own machine, unless the user says otherwise.
enum class PlainHttp : std::uint8_t { loopback_only, allowed };

// "https://api.example.com/v1", "https://127.0.0.1:8443/v1", "https://[::1]:8443".
// Errors: Errc::config, one sentence. Refused: user names and passwords in the URL (never shown),
// queries, fragments, other schemes, half-written IPv4 addresses ("127.1"), letters outside ASCII,
// http to other machines.
[[nodiscard]] Result<Origin> parse_origin(std::string_view url,
                                          PlainHttp plain_http = PlainHttp::loopback_only);

// Scheme, host and port as the configuration would write them: "https://127.0.0.1:8443". No path,
// so it can be shown.
[[nodiscard]] std::string to_text(const Origin& origin);

// "127.0.0.1:8443", "[::1]:8443": for CONNECT.
[[nodiscard]] std::string authority_with_port(const Origin& origin);
// The value of the Host field: the port is left out where it is the scheme's own.
[[nodiscard]] std::string authority(const Origin& origin);

// The origin of a redirect's target, fit to be shown: "https://evil.example:8443", "the same
// origin" for a relative one, "an unreadable target" when it is neither. Never the path or query,
// which may hold anything.
[[nodiscard]] std::string shown_target(std::string_view location);

}  // namespace assay::net

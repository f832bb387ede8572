#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace assay::config {

// The address of an endpoint, in parts.
struct BaseUrl {
  std::string scheme;      // "https", or "http" for a loopback address only
  std::string host;        // lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;  // the scheme's own when none is written
  std::string path;        // "" or "/v1": no slash at its end

  // "https://api.example.com", with the port when it is not the scheme's own: where a key may be
  // sent.
  [[nodiscard]] std::string origin() const;

  // Whose models a name without more is taken for: the origin, and the path where it is not the
  // usual "/v1", since one host may hold several servers behind different paths.
  [[nodiscard]] std::string server() const;
};

// Errors: half a sentence that says what is wrong and never repeats the text, which may hold a key:
// user info, a query, a fragment, plain http beyond loopback, anything that is not a URL.
[[nodiscard]] std::expected<BaseUrl, std::string> parse_base_url(std::string_view text);

}  // namespace assay::config

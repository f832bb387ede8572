#pragma once

#include "net/client.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace assay::net {

// One request on its way, in three parts so that neither the key nor the body is copied per
// request: its own lines, the fields that all requests of the client share (they hold the key, and
// end the head), and the body.
struct Exchange {
  std::string own_lines;          // request line, Host, Content-Length, the request's own fields
  std::string_view shared_lines;  // of the pool, which outlives the exchange
  std::string body;
  Client::Done done;
  Timing timing;
  std::size_t bytes_sent = 0;    // on the present connection
  bool possibly_billed = false;  // a byte of it left, on whichever connection

  [[nodiscard]] std::size_t bytes() const {
    return own_lines.size() + shared_lines.size() + body.size();
  }

  // Copies what follows bytes_sent into `into`, as much as fits. The same bytes come again until
  // bytes_sent moves, as a repeated TLS write needs it.
  [[nodiscard]] std::string_view compose(std::span<char> into) const;
};

// The lines before the shared ones. The origin gives Host and base path.
// Errors: Errc::usage, one sentence: a method other than GET and POST, a target that cannot stand
// in a request line, a field that cannot be sent (see check_header).
[[nodiscard]] Result<std::string> own_lines_of(const Request& request, const Origin& origin);

// The fields all requests share, with the keys, and the empty line. The caller wipes it.
// Errors: Errc::config, naming the field and never its value.
[[nodiscard]] Result<std::string> shared_lines_of(const ClientOptions& options);

// Errors: a name that is no token or belongs to the client (Host, Content-Length, Connection and
// kin); a value with CR, LF, NUL or another control character.
[[nodiscard]] Status check_header(std::string_view name, std::string_view value);

}  // namespace assay::net

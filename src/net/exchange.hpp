#pragma once

#include "net/client.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::net {

// One request on its way.
struct Exchange {
  Request request;  // checked (see check_request)
  Client::Done done;
  Timing timing;
  bool possibly_billed = false;  // a byte of it left, on whichever connection
};

// A request as HTTP/1.1 sends it, in three parts so that neither the key nor the body is copied per
// request: its own lines, the fields that all requests of the client share (they hold the key, and
// end the head), and the body. Views what it is made of.
class RequestBytes {
 public:
  RequestBytes(const Request& request, const Origin& origin, std::string_view shared_lines);

  [[nodiscard]] std::size_t size() const {
    return own_lines_.size() + shared_lines_.size() + body_.size();
  }

  // Copies what follows `skip` into `into`, as much as fits: the same bytes for the same `skip`, as
  // a repeated TLS write needs it.
  [[nodiscard]] std::string_view compose(std::size_t skip, std::span<char> into) const;

 private:
  std::string own_lines_;  // request line, Host, Content-Length, the request's own fields
  std::string_view shared_lines_;
  std::string_view body_;
};

// Errors: Errc::usage, one sentence: a method other than GET and POST, a target that cannot stand
// in a request line, a field that cannot be sent (see check_header).
[[nodiscard]] Status check_request(const Request& request);

// What the request asks for below the origin.
void append_path(std::string& out, const Request& request, std::string_view base_path);

// The lines of a checked request before the shared ones. The origin gives Host and base path.
[[nodiscard]] std::string own_lines_of(const Request& request, const Origin& origin);

// Whether a body, if only an empty one, is announced.
[[nodiscard]] bool announces_length(const Request& request);

// The fields that all requests of a client share, with the keys; wiped at the end.
class SharedFields {
 public:
  // Errors: Errc::config, naming the field and never its value.
  [[nodiscard]] static Result<SharedFields> of(const ClientOptions& options);
  ~SharedFields();
  SharedFields(SharedFields&&) noexcept = default;
  SharedFields& operator=(SharedFields&&) = delete;

  // As HTTP/1.1 sends them, the empty line at their end included.
  [[nodiscard]] std::string_view lines() const { return {lines_.get(), lines_bytes_}; }

  struct Field {
    std::string_view name;  // in lower case
    std::string_view value;
    bool secret;  // is never to be kept by a compressor
  };
  // As HTTP/2 sends them.
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }

 private:
  SharedFields() = default;
  std::unique_ptr<char[]> lines_;  // in one place, which no move copies: they hold keys
  std::size_t lines_bytes_ = 0;
  std::unique_ptr<char[]> names_;  // in lower case
  std::vector<Field> fields_;
};

// Errors: a name that is no token or belongs to the client (Host, Content-Length, Connection and
// kin); a value with CR, LF, NUL or another control character.
[[nodiscard]] Status check_header(std::string_view name, std::string_view value);

}  // namespace assay::net

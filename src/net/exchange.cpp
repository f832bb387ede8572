#include "net/exchange.hpp"

#include "net/response_head.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace assay::net {

namespace {

// Framing, routing and negotiation are the client's own; a second voice in them is how requests get
// smuggled.
constexpr std::array<std::string_view, 13> reserved_names{"host",
                                                          "content-length",
                                                          "transfer-encoding",
                                                          "connection",
                                                          "keep-alive",
                                                          "proxy-connection",
                                                          "proxy-authorization",
                                                          "upgrade",
                                                          "te",
                                                          "trailer",
                                                          "expect",
                                                          "accept-encoding",
                                                          "http2-settings"};

bool is_target_char(char c) {
  return c > ' ' && c < 0x7f && c != '#';
}

void add_line(std::string& lines, std::string_view name, std::string_view value) {
  lines.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view Exchange::compose(std::span<char> into) const {
  std::size_t skip = bytes_sent;
  std::size_t count = 0;
  for (std::string_view part :
       {std::string_view(own_lines), shared_lines, std::string_view(body)}) {
    const std::size_t skipped = std::min(skip, part.size());
    skip -= skipped;
    part.remove_prefix(skipped);
    const std::size_t copied = std::min(part.size(), into.size() - count);
    if (copied > 0) std::memcpy(into.data() + count, part.data(), copied);
    count += copied;
  }
  return {into.data(), count};
}

Status check_header(std::string_view name, std::string_view value) {
  if (!is_token(name)) return fail(Errc::config, "a header field's name is empty or malformed");
  const auto own = std::ranges::find_if(reserved_names, [name](std::string_view reserved) {
    return equal_ignoring_case(reserved, name);
  });
  if (own != reserved_names.end()) {
    return fail(
        Errc::config,
        "the header field " + std::string(name) + " is set by the client itself; leave it out");
  }
  if (!is_field_value(value)) {
    return fail(Errc::config,
                "the value of the header field " + std::string(name) +
                    " holds a line break or another control character; remove it");
  }
  return {};
}

Result<std::string> own_lines_of(const Request& request, const Origin& origin) {
  if (request.method != "POST" && request.method != "GET") {
    return fail(Errc::usage, "the method must be GET or POST");
  }
  if (!request.target.starts_with('/') || !std::ranges::all_of(request.target, is_target_char)) {
    return fail(Errc::usage, "the request's target must be a path in printable ASCII");
  }
  std::string lines;
  lines.reserve(128 + origin.base_path.size() + request.target.size());
  lines.append(request.method).append(" ").append(origin.base_path).append(request.target);
  lines.append(" HTTP/1.1\r\n");
  add_line(lines, "Host", authority(origin));
  if (request.method == "POST" || !request.body.empty()) {
    add_line(lines, "Content-Length", std::to_string(request.body.size()));
  }
  for (const Header& header : request.headers) {
    if (auto ok = check_header(header.name, header.value); !ok) {
      return fail(Errc::usage, ok.error().detail);
    }
    add_line(lines, header.name, header.value);
  }
  return lines;
}

Result<std::string> shared_lines_of(const ClientOptions& options) {
  std::size_t bytes = 64;
  for (const Header& header : options.headers) {
    if (auto ok = check_header(header.name, header.value); !ok) return std::unexpected(ok.error());
    bytes += header.name.size() + header.value.size() + 4;
  }
  for (const SecretHeader& header : options.secret_headers) {
    if (auto ok = check_header(header.name, header.prefix); !ok) return std::unexpected(ok.error());
    if (auto ok = check_header(header.name, header.key.reveal()); !ok) {
      return std::unexpected(ok.error());
    }
    bytes += header.name.size() + header.prefix.size() + header.key.reveal().size() + 4;
  }
  std::string lines;
  lines.reserve(bytes);  // once and for all: growing would leave copies of the key behind
  for (const Header& header : options.headers) add_line(lines, header.name, header.value);
  for (const SecretHeader& header : options.secret_headers) {
    lines.append(header.name).append(": ").append(header.prefix);
    lines.append(header.key.reveal()).append("\r\n");
  }
  // gzip would cost more to inflate than TLS and parsing together (performance.md, finding 3).
  add_line(lines, "Accept-Encoding", "identity");
  lines.append("\r\n");
  return lines;
}

}  // namespace assay::net

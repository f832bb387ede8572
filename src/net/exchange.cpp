#include "net/exchange.hpp"

#include "assay/ensure.hpp"
#include "net/response_head.hpp"

#include <openssl/crypto.h>

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

RequestBytes::RequestBytes(const Request& request,
                           const Origin& origin,
                           std::string_view shared_lines)
    : own_lines_(own_lines_of(request, origin)), shared_lines_(shared_lines), body_(request.body) {}

std::string_view RequestBytes::compose(std::size_t skip, std::span<char> into) const {
  std::size_t count = 0;
  for (std::string_view part : {std::string_view(own_lines_), shared_lines_, body_}) {
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

Status check_request(const Request& request) {
  if (request.method != "POST" && request.method != "GET") {
    return fail(Errc::usage, "the method must be GET or POST");
  }
  if (!request.target.starts_with('/') || !std::ranges::all_of(request.target, is_target_char)) {
    return fail(Errc::usage, "the request's target must be a path in printable ASCII");
  }
  for (const Header& header : request.headers) {
    if (auto ok = check_header(header.name, header.value); !ok) {
      return fail(Errc::usage, ok.error().detail);
    }
  }
  return {};
}

bool announces_length(const Request& request) {
  return request.method == "POST" || !request.body.empty();
}

void append_path(std::string& out, const Request& request, std::string_view base_path) {
  if (request.beside_version && base_path.ends_with("/v1")) base_path.remove_suffix(3);
  out.append(base_path).append(request.target);
}

std::string own_lines_of(const Request& request, const Origin& origin) {
  std::string lines;
  lines.reserve(128 + origin.base_path.size() + request.target.size());
  lines.append(request.method).append(" ");
  append_path(lines, request, origin.base_path);
  lines.append(" HTTP/1.1\r\n");
  add_line(lines, "Host", authority(origin));
  if (announces_length(request)) {
    add_line(lines, "Content-Length", std::to_string(request.body.size()));
  }
  for (const Header& header : request.headers) add_line(lines, header.name, header.value);
  return lines;
}

Result<SharedFields> SharedFields::of(const ClientOptions& options) {
  static constexpr std::string_view coding_name = "Accept-Encoding";
  const std::string_view coding = options.limits.coding == Coding::gzip ? "gzip" : "identity";
  std::size_t name_bytes = coding_name.size();
  std::size_t bytes = name_bytes + coding.size() + 4 + 2;
  const auto count = [&](std::string_view name, std::size_t value_bytes) {
    name_bytes += name.size();
    bytes += name.size() + value_bytes + 4;
  };
  for (const Header& header : options.headers) {
    if (auto ok = check_header(header.name, header.value); !ok) return std::unexpected(ok.error());
    count(header.name, header.value.size());
  }
  for (const SecretHeader& header : options.secret_headers) {
    if (auto ok = check_header(header.name, header.prefix); !ok) return std::unexpected(ok.error());
    if (auto ok = check_header(header.name, header.key.reveal()); !ok) {
      return std::unexpected(ok.error());
    }
    count(header.name, header.prefix.size() + header.key.reveal().size());
  }
  SharedFields shared;
  shared.lines_ = std::make_unique_for_overwrite<char[]>(bytes);
  shared.names_ = std::make_unique_for_overwrite<char[]>(name_bytes);
  char* line = shared.lines_.get();
  char* low = shared.names_.get();
  const auto put = [&line](std::string_view text) { line = std::ranges::copy(text, line).out; };
  const auto add = [&](std::string_view name,
                       std::string_view prefix,
                       std::string_view value,
                       bool secret) {
    char* const low_end = std::ranges::transform(name, low, lower).out;
    put(name);
    put(": ");
    char* const begin = line;
    put(prefix);
    put(value);
    shared.fields_.push_back({.name = {low, low_end}, .value = {begin, line}, .secret = secret});
    low = low_end;
    put("\r\n");
  };
  for (const Header& header : options.headers) add(header.name, {}, header.value, false);
  for (const SecretHeader& header : options.secret_headers) {
    add(header.name, header.prefix, header.key.reveal(), true);
  }
  add(coding_name, {}, coding, false);
  put("\r\n");
  shared.lines_bytes_ = bytes;
  ensure(line == shared.lines_.get() + bytes, "the shared lines fill their place");
  return shared;
}

SharedFields::~SharedFields() {
  if (lines_) OPENSSL_cleanse(lines_.get(), lines_bytes_);
}

}  // namespace assay::net

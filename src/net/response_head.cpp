#include "net/response_head.hpp"

#include "net/origin.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace assay::net {

namespace {

constexpr std::string_view version_start = "HTTP/1.";

constexpr std::array<bool, 256> token_chars = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

bool is_token_char(char c) {
  return token_chars[static_cast<unsigned char>(c)];
}

bool is_value_char(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u >= 0x20 && u != 0x7f) || u == '\t';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::unexpected<HeadError> refuse(std::string_view why) {
  return std::unexpected(HeadError(why));
}

// Whether a comma-separated list holds the word.
bool list_holds(std::string_view list, std::string_view word) {
  for (;;) {
    const std::size_t comma = list.find(',');
    if (equal_ignoring_case(trimmed(list.substr(0, comma)), word)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

// What the fields say about framing, gathered before it is judged.
struct Facts {
  int minor = 1;
  std::optional<std::uint64_t> length;
  bool chunked = false;
  bool close = false;
  bool keep_alive = false;
};

std::expected<void, HeadError> read_status_line(std::string_view line,
                                                ResponseHead& head,
                                                Facts& facts) {
  // "HTTP/1.1 200 OK"; the blank and phrase after the code are missing in the wild and mean
  // nothing.
  if (line.size() < 12 || !line.starts_with(version_start) || line[8] != ' ' ||
      (line[7] != '0' && line[7] != '1')) {
    return refuse("the status line is not one of HTTP/1.0 or HTTP/1.1");
  }
  facts.minor = line[7] - '0';
  const std::string_view code = line.substr(9, 3);
  if (!std::ranges::all_of(code, is_digit) || (line.size() > 12 && line[12] != ' ') ||
      !std::ranges::all_of(line.substr(12), is_value_char)) {
    return refuse("the status line is malformed");
  }
  head.status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
  if (head.status < 100 || head.status > 599) return refuse("the status is outside 100 to 599");
  return {};
}

std::expected<void, HeadError> note_length(std::string_view value, Facts& facts) {
  if (facts.length) return refuse("Content-Length is given twice");
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (value.empty() || error != std::errc{} || end != value.data() + value.size()) {
    return refuse("Content-Length is not a number");
  }
  facts.length = length;
  return {};
}

std::expected<void, HeadError> note_field(const HeaderField& field,
                                          ResponseHead& head,
                                          Facts& facts) {
  if (field.name == "content-length") return note_length(field.value, facts);
  if (field.name == "transfer-encoding") {
    if (facts.chunked || !equal_ignoring_case(field.value, "chunked")) {
      return refuse("Transfer-Encoding is not \"chunked\"");
    }
    facts.chunked = true;
  } else if (field.name == "content-encoding") {
    return note_coding(field.value, head.coding);
  } else if (field.name == "connection") {
    facts.close = facts.close || list_holds(field.value, "close");
    facts.keep_alive = facts.keep_alive || list_holds(field.value, "keep-alive");
  } else if (field.name == "location") {
    head.location = field.value;
  }
  return {};
}

std::expected<void, HeadError> judge(const Facts& facts, ResponseHead& head) {
  if (facts.chunked && facts.length) {
    return refuse("both Content-Length and Transfer-Encoding are given");
  }
  if (facts.chunked && facts.minor == 0) return refuse("an HTTP/1.0 answer is chunked");
  head.keep_alive = !facts.close && (facts.minor == 1 || facts.keep_alive);
  if (head.status < 200 || head.status == 204 || head.status == 304) {
    head.framing = Framing::none;
  } else if (facts.chunked) {
    head.framing = Framing::chunked;
  } else if (facts.length) {
    head.framing = Framing::length;
    head.length = *facts.length;
  } else {
    head.framing = Framing::until_close;
    head.keep_alive = false;
  }
  return {};
}

// Cuts the first line off; HeadScanner has seen to it that each ends in CR LF.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), line.size() + 2));
  return line;
}

}  // namespace

std::expected<std::optional<std::size_t>, HeadError> HeadScanner::scan(std::string_view bytes) {
  for (std::size_t i = 0; seen_ + i < version_start.size() && i < bytes.size(); ++i) {
    if (bytes[i] != version_start[seen_ + i]) return refuse("the answer is not HTTP/1");
  }
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t lf = bytes.find('\n', at);
    const std::size_t end = std::min(lf, bytes.size());
    // What precedes the line end, a CR left over from the last piece included.
    const bool cr = end > at ? bytes[end - 1] == '\r' : after_cr_;
    const std::size_t text = end - at - (end > at && cr ? 1 : 0);
    if (text > 0 || (after_cr_ && end > at)) line_empty_ = false;
    if (lf == std::string_view::npos) {
      after_cr_ = cr;
      break;
    }
    if (!cr) return refuse("a line of the head ends without CR");
    at = lf + 1;
    if (line_empty_) {
      if (seen_ + at > bytes_max_) return refuse("the head is longer than its limit");
      return at;
    }
    line_empty_ = true;
    after_cr_ = false;
  }
  seen_ += bytes.size();
  if (seen_ > bytes_max_) return refuse("the head is longer than its limit");
  return std::nullopt;
}

std::expected<void, HeadError> note_coding(std::string_view value, Coding& coding) {
  if (equal_ignoring_case(value, "identity")) return {};
  const bool is_gzip = equal_ignoring_case(value, "gzip") || equal_ignoring_case(value, "x-gzip");
  if (!is_gzip || coding == Coding::gzip) return refuse(coding_not_asked_for);
  coding = Coding::gzip;
  return {};
}

std::expected<ResponseHead, HeadError> parse_response_head(std::string_view head,
                                                           std::size_t fields_max) {
  ResponseHead result;
  Facts facts;
  result.bytes = std::make_unique_for_overwrite<char[]>(head.size());
  std::memcpy(result.bytes.get(), head.data(), head.size());
  std::string_view rest(result.bytes.get(), head.size());
  if (auto ok = read_status_line(take_line(rest), result, facts); !ok) {
    return std::unexpected(std::move(ok.error()));
  }
  result.fields.reserve(16);
  for (std::string_view line = take_line(rest); !line.empty(); line = take_line(rest)) {
    if (result.fields.size() == fields_max) return refuse("the head has too many fields");
    auto field = parse_field_line(line);
    if (!field) return std::unexpected(std::move(field.error()));
    char* name = result.bytes.get() + (field->name.data() - result.bytes.get());
    std::transform(name, name + field->name.size(), name, lower);
    if (auto ok = note_field(*field, result, facts); !ok) {
      return std::unexpected(std::move(ok.error()));
    }
    result.fields.push_back(*field);
  }
  if (!rest.empty()) return refuse("the head goes on after its empty line");
  if (auto ok = judge(facts, result); !ok) return std::unexpected(std::move(ok.error()));
  return result;
}

std::expected<HeaderField, HeadError> parse_field_line(std::string_view line) {
  if (line.empty() || is_blank(line.front())) return refuse("a field is folded over two lines");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return refuse("a field has no colon");
  const HeaderField field{.name = line.substr(0, colon), .value = trimmed(line.substr(colon + 1))};
  if (!is_token(field.name)) return refuse("a field's name is malformed");
  if (!is_field_value(field.value)) return refuse("a field's value holds control characters");
  return field;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, is_value_char);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

std::unexpected<Failure> malformed(std::string_view why) {
  return std::unexpected(make_failure(FailureClass::malformed_response, why));
}

Failure redirect_failure(int status, std::string_view location) {
  const std::string target = location.empty() ? "no target" : shown_target(location);
  return make_failure(FailureClass::redirect,
                      "status " + std::to_string(status) + " redirects to " + target +
                          "; redirects are never followed");
}

}  // namespace assay::net

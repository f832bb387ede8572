#pragma once

// The head of an HTTP/1 answer, read more strictly than the standard asks: what two parsers could
// read in two ways is refused, since an answer taken for another's is a wrong number.

#include "assay/failure.hpp"
#include "core/exchange.hpp"
#include "net/client_options.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::net {

// How the body's end is told.
enum class Framing : std::uint8_t { none, length, chunked, until_close };

struct ResponseHead {
  int status = 0;                   // 100-599
  std::unique_ptr<char[]> bytes;    // owns what the fields view
  std::vector<HeaderField> fields;  // names in lower case, values trimmed
  Framing framing = Framing::none;
  std::uint64_t length = 0;  // with Framing::length
  bool keep_alive = false;
  Coding coding = Coding::identity;  // of the body
  std::string_view location;         // views `bytes`; empty when absent
};

// A sentence on what is wrong; it quotes nothing of the answer.
using HeadError = std::string;

// Finds the end of a head in bytes that come in pieces, and refuses at once what can never become
// one.
class HeadScanner {
 public:
  explicit HeadScanner(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // How many of the new bytes belong to the head when it ends among them, else nothing: all of them
  // do. Errors: a line end without CR, a beginning other than "HTTP/1.", more than bytes_max bytes.
  [[nodiscard]] std::expected<std::optional<std::size_t>, HeadError> scan(std::string_view bytes);

 private:
  std::size_t bytes_max_;
  std::size_t seen_ = 0;
  bool line_empty_ = true;  // nothing on this line yet
  bool after_cr_ = false;   // the last byte was CR
};

inline constexpr std::string_view coding_not_asked_for =
    "the body is compressed in a way that was not asked for";

// What a Content-Encoding of that value makes of `coding`, that of those before it.
// Errors: one that is not known, or a second one.
[[nodiscard]] std::expected<void, HeadError> note_coding(std::string_view value, Coding& coding);

// Parses a whole head, from the status line to the empty line.
// Refused: anything but HTTP/1.0 and 1.1; a status outside 100-599; folded lines; blanks before a
// colon; control characters; names that are no tokens; Content-Length twice, not plain digits, or
// beside Transfer-Encoding; a Transfer-Encoding other than "chunked"; a Content-Encoding other than
// identity and gzip, or two of them; more than fields_max fields.
[[nodiscard]] std::expected<ResponseHead, HeadError> parse_response_head(std::string_view head,
                                                                         std::size_t fields_max);

// "Name: value" without its line end; views into `line`, the name as it was written.
[[nodiscard]] std::expected<HeaderField, HeadError> parse_field_line(std::string_view line);

// Whether it can be a field's name (RFC 9110 token).
[[nodiscard]] bool is_token(std::string_view text);
// Whether it can be sent or received as a field's value: no control characters but tab.
[[nodiscard]] bool is_field_value(std::string_view text);
[[nodiscard]] char lower(char c);  // of ASCII letters; what is none stays
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string lower_case(std::string_view text);

[[nodiscard]] std::unexpected<Failure> malformed(std::string_view why);

// A 3xx, which is never followed; an empty `location`: none was given.
[[nodiscard]] Failure redirect_failure(int status, std::string_view location);

}  // namespace assay::net

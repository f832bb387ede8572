#pragma once

#include "dataset/byte_source.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace assay::dataset {

// Readable bytes behind each line's end, so that it can be parsed in place.
inline constexpr std::size_t line_padding = 64;

struct Line {
  std::string_view text;     // without its end; empty when too long; valid until the next call
  std::uint64_t number = 0;  // from 1
  bool too_long = false;     // beyond row_bytes_max; its bytes were passed over
};

// The lines of a source that are not blank, read in blocks. LF and CRLF end a line; a UTF-8
// byte-order mark at the start is passed over.
class LineReader {
 public:
  explicit LineReader(std::unique_ptr<ByteSource> source);

  // Empty at the end. Errors: Errc::io; Errc::input for UTF-16.
  [[nodiscard]] Result<std::optional<Line>> next();

 private:
  Result<std::optional<Line>> next_line();
  Result<bool> fill();
  Status skip_mark();
  Line take(std::size_t end, std::size_t skip);

  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;  // line_padding bytes at its end are never filled
  std::size_t begin_ = 0;     // of what was not handed out yet
  std::size_t scanned_ = 0;   // no line ends before it
  std::size_t end_ = 0;
  std::uint64_t lines_ = 0;
  bool started_ = false;
};

}  // namespace assay::dataset

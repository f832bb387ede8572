#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace assay::net {

// Takes the framing off a chunked body that comes in pieces. Extensions and trailer fields are
// checked, bounded and dropped. Strict: hexadecimal digits only (16 at most), CR LF everywhere, no
// control characters in an extension.
class ChunkDecoder {
 public:
  struct Step {
    std::size_t consumed;   // of the bytes given
    std::string_view data;  // a run of the body, viewing them; empty when more bytes are needed or
                            // the body ended
  };

  // Call again with what is left until consumed equals what was given, or complete().
  // Errors: a sentence on what is wrong; the decoder is of no use afterwards.
  [[nodiscard]] std::expected<Step, std::string> next(std::string_view bytes);

  [[nodiscard]] bool complete() const { return state_ == State::complete; }

  // Of all extensions, and of all trailer fields, of one body: enough for every honest sender.
  static constexpr std::size_t extension_bytes_max = 16 * 1024;
  static constexpr std::size_t trailer_bytes_max = 8 * 1024;

 private:
  enum class State : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer,
    trailer_lf,
    complete
  };
  using Verdict = std::expected<void, std::string>;

  Verdict take(char c);
  Verdict take_size(char c);
  Verdict take_extension(char c);
  Verdict end_size_line(char c);
  Verdict take_trailer(char c);
  Verdict end_trailer_line(char c);

  State state_ = State::size;
  int digits_ = 0;          // of the size being read
  std::uint64_t left_ = 0;  // of the chunk being read
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  std::string line_;  // of the trailer
};

}  // namespace assay::net

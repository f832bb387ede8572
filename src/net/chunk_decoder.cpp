#include "net/chunk_decoder.hpp"

#include "net/response_head.hpp"

#include <algorithm>

namespace assay::net {

namespace {

constexpr int size_digits_max = 16;

// The value of a hexadecimal digit, or -1.
int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::unexpected<std::string> refuse(std::string_view why) {
  return std::unexpected(std::string(why));
}

}  // namespace

std::expected<ChunkDecoder::Step, std::string> ChunkDecoder::next(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ != State::complete) {
    if (state_ == State::data) {
      const auto run = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
      left_ -= run;
      if (left_ == 0) state_ = State::data_cr;
      return Step{.consumed = at + run, .data = bytes.substr(at, run)};
    }
    if (auto ok = take(bytes[at]); !ok) return std::unexpected(std::move(ok.error()));
    ++at;
  }
  return Step{.consumed = at, .data = {}};
}

ChunkDecoder::Verdict ChunkDecoder::take(char c) {
  switch (state_) {
    case State::size:
      return take_size(c);
    case State::extension:
      return take_extension(c);
    case State::size_lf:
      return end_size_line(c);
    case State::data_cr:
      if (c != '\r') return refuse("a chunk is longer than its size says");
      state_ = State::data_lf;
      return {};
    case State::data_lf:
      if (c != '\n') return refuse("a chunk does not end in CR LF");
      state_ = State::size;
      digits_ = 0;
      return {};
    case State::trailer:
      return take_trailer(c);
    case State::trailer_lf:
      return end_trailer_line(c);
    case State::data:
    case State::complete:
      break;
  }
  return {};
}

ChunkDecoder::Verdict ChunkDecoder::take_size(char c) {
  if (const int digit = digit_of(c); digit >= 0) {
    if (++digits_ > size_digits_max) return refuse("a chunk's size has too many digits");
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return {};
  }
  if (digits_ == 0) return refuse("a chunk's size is missing");
  if (c == '\r') {
    state_ = State::size_lf;
  } else if (c == ';' || c == ' ' || c == '\t') {
    state_ = State::extension;
  } else {
    return refuse("a chunk's size is not hexadecimal");
  }
  return {};
}

ChunkDecoder::Verdict ChunkDecoder::take_extension(char c) {
  if (c == '\r') {
    state_ = State::size_lf;
    return {};
  }
  if (!is_field_value({&c, 1})) return refuse("a chunk's extension holds control characters");
  if (++extension_bytes_ > extension_bytes_max) return refuse("chunk extensions are too long");
  return {};
}

ChunkDecoder::Verdict ChunkDecoder::end_size_line(char c) {
  if (c != '\n') return refuse("a chunk's size line does not end in CR LF");
  state_ = left_ == 0 ? State::trailer : State::data;
  return {};
}

ChunkDecoder::Verdict ChunkDecoder::take_trailer(char c) {
  if (c == '\n') return refuse("a line of the trailer ends without CR");
  if (++trailer_bytes_ > trailer_bytes_max) return refuse("the trailer is too long");
  if (c == '\r') {
    state_ = State::trailer_lf;
  } else {
    line_.push_back(c);
  }
  return {};
}

ChunkDecoder::Verdict ChunkDecoder::end_trailer_line(char c) {
  if (c != '\n') return refuse("a line of the trailer holds a lone CR");
  if (line_.empty()) {
    state_ = State::complete;
    return {};
  }
  if (auto field = parse_field_line(line_); !field) {
    return std::unexpected("in the trailer, " + field.error());
  }
  line_.clear();
  state_ = State::trailer;
  return {};
}

}  // namespace assay::net

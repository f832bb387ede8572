#include "dataset/line_reader.hpp"

#include "dataset/dataset.hpp"

#include <cstring>
#include <utility>

namespace assay::dataset {
namespace {

// Large enough that system calls and moved remainders cost nothing beside parsing.
constexpr std::size_t block_bytes = 1u << 20;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), buffer_(block_bytes + line_padding) {}

Result<std::optional<Line>> LineReader::next() {
  if (!started_) {
    if (auto status = skip_mark(); !status) return std::unexpected(status.error());
    started_ = true;
  }
  for (;;) {
    auto line = next_line();
    if (!line || !*line || (*line)->too_long || !is_blank((*line)->text)) return line;
  }
}

Result<std::optional<Line>> LineReader::next_line() {
  bool too_long = false;
  for (;;) {
    const void* found = std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_);
    if (found != nullptr) {
      const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      too_long = too_long || at - begin_ > row_bytes_max;
      Line line = take(at, 1);
      if (too_long) line = {.text = {}, .number = line.number, .too_long = true};
      return line;
    }
    scanned_ = end_;
    if (end_ - begin_ > row_bytes_max) {
      too_long = true;
      begin_ = scanned_ = end_;
    }
    const auto more = fill();
    if (!more) return std::unexpected(more.error());
    if (*more) continue;
    if (begin_ == end_ && !too_long) return std::optional<Line>();
    Line line = take(end_, 0);
    if (too_long) line = {.text = {}, .number = line.number, .too_long = true};
    return line;
  }
}

// Another block behind what is there; false at the source's end.
Result<bool> LineReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - line_padding - end_ < block_bytes / 2) {
    buffer_.resize(end_ + block_bytes + line_padding);
  }
  const auto got = source_->read({buffer_.data() + end_, buffer_.size() - line_padding - end_});
  if (!got) return std::unexpected(got.error());
  end_ += *got;
  return *got > 0;
}

Status LineReader::skip_mark() {
  while (end_ < 3) {
    const auto more = fill();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  const std::string_view start(buffer_.data(), end_);
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
    return fail(Errc::input, "is UTF-16; convert it, for example with iconv -f UTF-16 -t UTF-8");
  }
  if (start.starts_with("\xEF\xBB\xBF")) begin_ = scanned_ = 3;
  return {};
}

Line LineReader::take(std::size_t end, std::size_t skip) {
  std::string_view text(buffer_.data() + begin_, end - begin_);
  if (text.ends_with('\r')) text.remove_suffix(1);
  begin_ = scanned_ = end + skip;
  return {.text = text, .number = ++lines_};
}

}  // namespace assay::dataset

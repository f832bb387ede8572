#include "teacher/http2_stream.hpp"

#include "teacher/http_text.hpp"

#include <algorithm>

namespace assay::teacher {

namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return result;
}

}  // namespace

bool Http1Answer::read_head(std::string_view text) {
  const auto line = text.substr(0, text.find("\r\n"));
  if (!line.starts_with("HTTP/1.1 ") || line.size() < 12) return false;
  head_ = {.status = std::string(line.substr(9, 3)), .fields = {}};
  chunked_ = false;
  length_.reset();
  for (text.remove_prefix(line.size() + 2); !text.empty();) {
    const auto field = text.substr(0, text.find("\r\n"));
    text.remove_prefix(field.size() + 2);
    const auto colon = field.find(':');
    if (colon == std::string_view::npos) return false;
    auto name = lower_case(field.substr(0, colon));
    const auto value = trimmed(field.substr(colon + 1));
    if (name == "transfer-encoding") chunked_ = true;
    if (name == "content-length") length_ = size_of(value, 10);
    if (name == "transfer-encoding" || name == "connection" || name == "keep-alive") continue;
    head_.fields.emplace_back(std::move(name), value);
  }
  return true;
}

Http1Answer::Part Http1Answer::next() {
  if (in_body_ && chunked_) return next_chunk();
  if (in_body_) {
    if (bytes_.empty()) return Part::none;
    body_ = std::exchange(bytes_, {});
    body_bytes_ += body_.size();
    return Part::body;
  }
  const auto end = bytes_.find("\r\n\r\n");
  if (end == std::string::npos) {
    const auto known = std::min<std::size_t>(bytes_.size(), 5);
    return bytes_.compare(0, known, "HTTP/", known) == 0 ? Part::none : Part::wrong;
  }
  if (!read_head(std::string_view(bytes_).substr(0, end + 2))) return Part::wrong;
  bytes_.erase(0, end + 4);
  in_body_ = head_.status.front() != '1';
  return Part::head;
}

Http1Answer::Part Http1Answer::next_chunk() {
  if (last_chunk_ || bytes_.empty()) return Part::none;
  const auto line = bytes_.find("\r\n");
  if (line == std::string::npos) return Part::none;
  const auto size = size_of(std::string_view(bytes_).substr(0, line), 16);
  if (!size) return Part::wrong;
  if (bytes_.size() < line + 2 + *size + 2) return Part::none;
  body_ = bytes_.substr(line + 2, *size);
  bytes_.erase(0, line + 2 + *size + 2);
  last_chunk_ = *size == 0;
  return Part::body;
}

bool Http1Answer::whole() const {
  if (!in_body_) return false;
  if (chunked_) return last_chunk_;
  return !length_ || body_bytes_ >= *length_;
}

}  // namespace assay::teacher

#include "teacher/http_request.hpp"

#include "teacher/http_text.hpp"

#include <algorithm>
#include <optional>

namespace assay::teacher {

namespace {

bool same_name(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() &&
         std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y;
         });
}

}  // namespace

HttpReader::State HttpReader::refuse(int status) {
  status_ = status;
  return State::refused;
}

bool HttpReader::read_field(std::string_view name, std::string_view value) {
  if (same_name(name, "content-length")) {
    const auto length = size_of(value, 10);
    if (!length || framing_ != Framing::none)
      return false;  // also a second one, or one beside chunked
    framing_ = Framing::length;
    length_ = *length;
  } else if (same_name(name, "transfer-encoding")) {
    if (!same_name(value, "chunked") || framing_ != Framing::none) return false;
    framing_ = Framing::chunked;
  } else if (same_name(name, "authorization")) {
    request_.authorization = value;
  } else if (same_name(name, "x-api-key") || same_name(name, "api-key") ||
             same_name(name, "x-goog-api-key")) {
    request_.api_key = value;
  } else if (same_name(name, "connection")) {
    if (same_name(value, "close")) request_.keep_alive = false;
    if (same_name(value, "keep-alive")) request_.keep_alive = true;
  } else if (same_name(name, "accept-encoding")) {
    request_.accepts_gzip = value.find("gzip") != std::string_view::npos;
  } else if (same_name(name, "expect")) {
    wants_continue_ = same_name(value, "100-continue");
  }
  return true;
}

// The whole head each time it is asked for: its views point into the buffer, which moves as it
// grows.
HttpReader::State HttpReader::read_head(std::string_view buffer) {
  auto head = buffer.substr(0, head_bytes_ - 2);  // keeps the last field's line end
  request_ = {};
  framing_ = Framing::none;
  length_ = 0;
  wants_continue_ = false;
  const auto line = head.substr(0, head.find("\r\n"));
  head.remove_prefix(line.size() + 2);
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse(400);
  request_.method = line.substr(0, first);
  request_.target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse(400);
  request_.keep_alive = version == "HTTP/1.1";
  while (!head.empty()) {
    const auto field = head.substr(0, head.find("\r\n"));
    head.remove_prefix(field.size() + 2);
    const auto colon = field.find(':');
    if (colon == std::string_view::npos || colon == 0) return refuse(400);
    if (!read_field(field.substr(0, colon), trimmed(field.substr(colon + 1)))) return refuse(400);
  }
  if (length_ > limits_.body_bytes_max) return refuse(413);
  return State::complete;
}

HttpReader::State HttpReader::read_chunks(std::string_view buffer) {
  for (;;) {
    const auto line_end = buffer.find("\r\n", chunk_at_);
    if (line_end == std::string_view::npos)
      return buffer.size() - chunk_at_ > 1024 ? refuse(400) : State::incomplete;
    const auto line = buffer.substr(chunk_at_, line_end - chunk_at_);
    const auto size = size_of(trimmed(line.substr(0, line.find(';'))), 16);
    if (!size) return refuse(400);
    if (*size > limits_.body_bytes_max - chunked_body_.size()) return refuse(413);
    const auto data = line_end + 2;
    if (buffer.size() < data + *size + 2) return State::incomplete;
    if (buffer.substr(data + *size, 2) != "\r\n") return refuse(400);  // trailers are not taken
    chunked_body_.append(buffer.substr(data, *size));
    chunk_at_ = data + *size + 2;
    if (*size == 0) return State::complete;
  }
}

HttpReader::State HttpReader::read(std::string& buffer) {
  if (head_bytes_ == 0) {
    const auto end = buffer.find("\r\n\r\n", searched_);
    if (end == std::string::npos) {
      searched_ = buffer.size() < 3 ? 0 : buffer.size() - 3;
      return buffer.size() > limits_.head_bytes_max ? refuse(431) : State::incomplete;
    }
    if (end > limits_.head_bytes_max) return refuse(431);
    head_bytes_ = end + 4;
    chunk_at_ = head_bytes_;
    if (const auto state = read_head(buffer); state == State::refused) return state;
    if (framing_ == Framing::length)
      buffer.reserve(head_bytes_ + length_ + HttpRequest::body_padding);
    const bool waiting = framing_ != Framing::none && buffer.size() == head_bytes_ &&
                         length_ + chunk_at_ > buffer.size();
    if (wants_continue_ && (waiting || framing_ == Framing::chunked)) return State::wants_continue;
  }
  if (framing_ == Framing::chunked) {
    if (const auto state = read_chunks(buffer); state != State::complete) return state;
    consumed_ = chunk_at_;
    chunked_body_.reserve(chunked_body_.size() + HttpRequest::body_padding);
  } else {
    if (buffer.size() < head_bytes_ + length_) return State::incomplete;
    consumed_ = head_bytes_ + length_;
    buffer.reserve(consumed_ + HttpRequest::body_padding);
  }
  const bool chunked = framing_ == Framing::chunked;
  if (const auto state = read_head(buffer); state == State::refused) return state;
  request_.body = chunked ? std::string_view(chunked_body_)
                          : std::string_view(buffer).substr(head_bytes_, length_);
  return State::complete;
}

void HttpReader::consume(std::string& buffer) {
  buffer.erase(0, consumed_);
  *this = HttpReader(limits_);
}

}  // namespace assay::teacher

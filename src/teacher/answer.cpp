#include "teacher/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::teacher {

namespace {

std::string_view phrase_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

}  // namespace

void append_head(std::string& out,
                 const HttpAnswer& answer,
                 std::optional<std::size_t> content_length) {
  fmt::format_to(std::back_inserter(out),
                 "HTTP/1.1 {} {}\r\nserver: assay-teacher\r\ncontent-type: {}\r\n",
                 answer.status,
                 phrase_of(answer.status),
                 answer.content_type);
  if (content_length)
    fmt::format_to(std::back_inserter(out), "content-length: {}\r\n", *content_length);
  if (!answer.keep_alive) out += "connection: close\r\n";
  out += answer.headers;
  out += "\r\n";
}

std::string head_of(const HttpAnswer& answer, std::optional<std::size_t> content_length) {
  std::string out;
  append_head(out, answer, content_length);
  return out;
}

void drop_columns(Choice& choice, std::size_t count) {
  count = std::min(count, choice.tokens.size());
  if (count == 0) return;
  const auto drop = [](auto& column, std::size_t gone) {
    column.erase(column.begin(),
                 column.begin() + static_cast<std::ptrdiff_t>(std::min(gone, column.size())));
  };
  const auto tops = count <= choice.top_ends.size() ? choice.top_ends[count - 1] : 0;
  drop(choice.tokens, count);
  drop(choice.nats, count);
  drop(choice.offsets, count);
  drop(choice.ranks, count);
  drop(choice.top_ends, count);
  drop(choice.tops, tops);
  for (auto& end : choice.top_ends) end -= tops;
  const auto first = choice.offsets.empty() ? 0 : choice.offsets.front();
  for (auto& offset : choice.offsets) offset -= first;
  choice.prompt_count -= std::min(choice.prompt_count, count);
}

}  // namespace assay::teacher
